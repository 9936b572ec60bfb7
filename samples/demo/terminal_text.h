#pragma once

// Text for a terminal: counted in columns, not bytes, and without what could steer the terminal.

#include <cstddef>
#include <string>
#include <string_view>

namespace demo {

/// How many columns a UTF-8 text takes, at one column a code point.
std::size_t columns(std::string_view text);

/// `text`, cut to `width` columns with `ellipsis` at its end when it is longer.
std::string fit(const std::string& text, std::size_t width, std::string_view ellipsis);

/// `text` and blanks up to `width` columns.
std::string pad(std::string text, std::size_t width);

std::string repeat(std::string_view text, std::size_t count);

/// `text` with '?' for every control character.
std::string clean(std::string text);

}  // namespace demo
