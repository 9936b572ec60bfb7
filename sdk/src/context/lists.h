#pragma once

// Lists with separators, read from the left, and the optional white space (HTTP's "OWS": spaces and
// tabs) around their members and around header values, which means nothing.

#include <cstddef>
#include <string_view>

namespace afterglow::context {

constexpr bool is_ows(char c) {
  return c == ' ' || c == '\t';
}

/// Remove the optional white space at both ends of `text`.
void trim_ows(std::string_view& text);

/// What stands before the first `separator`, removed from `rest` together with the separator;
/// all of `rest` where there is none.
std::string_view take_until(std::string_view& rest, char separator);

/// Take the first member of a list with commas that is not empty, without the white space around
/// it. False at the end.
[[nodiscard]] bool take_member(std::string_view& rest, std::string_view& member);

}  // namespace afterglow::context
