#pragma once

// Lists with separators, read from the left.

#include <cstddef>
#include <string_view>

namespace afterglow::context {

/// What stands before the first `separator`, removed from `rest` together with the separator;
/// all of `rest` where there is none.
constexpr std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::size_t length = at == std::string_view::npos ? rest.size() : at;
  std::string_view taken = rest;
  taken.remove_suffix(rest.size() - length);
  rest.remove_prefix(length == rest.size() ? length : length + 1);
  return taken;
}

}  // namespace afterglow::context
