#pragma once

// What a drawing may use of the terminal it is for.

#include <cstddef>

namespace demo {

struct TerminalStyle {
  std::size_t width = 100;  ///< Columns of the terminal; less than 60 is taken as 60.
  bool unicode = true;      ///< Else ASCII only.
  bool colour = false;
};

/// Style for what `file_descriptor` is: colour and width only of a terminal, no colour when
/// NO_COLOR is set, Unicode when the locale says UTF-8.
TerminalStyle style_of(int file_descriptor);

}  // namespace demo
