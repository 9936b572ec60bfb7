#pragma once

// What tests of logs look for.

#include <afterglow/afterglow.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace afterglow::test {

inline bool contains(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

inline std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; ++at) {
    ++found;
  }
  return found;
}

/// From `begin` to the next `end` behind it, both included.
inline std::string part(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t from = text.find(begin);
  const std::size_t to = text.find(end, from + begin.size());
  return std::string(text.substr(from, to + end.size() - from));
}

inline std::string hex_of(std::span<const std::uint8_t> bytes) {
  std::string digits;
  for (const std::uint8_t byte : bytes) {
    digits += "0123456789abcdef"[byte / 16];
    digits += "0123456789abcdef"[byte % 16];
  }
  return digits;
}

inline bool all_free(const Telemetry& telemetry) {
  return telemetry.free_pages() == telemetry.page_count();
}

}  // namespace afterglow::test
