#pragma once

// A trace as a waterfall in the terminal: one row a span, below its parent, on a common time axis;
// below it stand the attributes that redaction changed, and its events where they happened.

#include <cstddef>
#include <string>
#include <vector>

#include "trace_document.h"

namespace demo {

struct WaterfallStyle {
  std::size_t width = 100;  ///< Columns of the terminal; less than 60 is taken as 60.
  bool unicode = true;      ///< Else ASCII only.
  bool colour = false;
};

/// Style for what `file_descriptor` is: colour and width only of a terminal, no colour when
/// NO_COLOR is set, Unicode when the locale says UTF-8.
WaterfallStyle style_of(int file_descriptor);

/// Draw every trace of `spans`, each with a heading; ends with a newline. Control characters in
/// names are replaced: they come from the network.
std::string draw_waterfall(const std::vector<TraceSpan>& spans, const WaterfallStyle& style);

}  // namespace demo
