#pragma once

// Optional white space, HTTP's "OWS": the spaces and tabs around a header value or a list member,
// which mean nothing.

#include <string_view>

namespace afterglow::context {

constexpr bool is_ows(char c) {
  return c == ' ' || c == '\t';
}

/// `text` without the optional white space at both ends.
constexpr std::string_view trim_ows(std::string_view text) {
  while (!text.empty() && is_ows(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_ows(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace afterglow::context
