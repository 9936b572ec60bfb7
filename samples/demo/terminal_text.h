#pragma once

// Text for a terminal: counted in columns, not bytes, and without what could steer the terminal.

#include <cstddef>
#include <cstdint>
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

/// Three significant digits or so: "820 us", "12.4 ms", "2.05 s".
std::string duration_text(std::uint64_t nanos, bool unicode);

/// `text` in a colour, named by the numbers of SGR; as it is where there is none.
std::string painted(std::string_view colour, const std::string& text, bool has_colour);

/// `text` with '?' for every control character.
std::string clean(std::string text);

}  // namespace demo
