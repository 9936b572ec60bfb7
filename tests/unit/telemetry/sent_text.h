#pragma once

// What left, as one text to look for words in.

#include <cstddef>
#include <string>
#include <string_view>

#include "fixture.h"

namespace afterglow::test {

/// All that the host was given to send, one body behind another.
inline std::string sent(const FakeHost& host) {
  std::string all;
  for (std::size_t i = 0; i < host.sent_count(); ++i) {
    all.append(host.sent(i).body);
  }
  return all;
}

/// How often `part` is in `text`.
inline int count_of(std::string_view text, std::string_view part) {
  int count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) {
    ++count;
  }
  return count;
}

}  // namespace afterglow::test
