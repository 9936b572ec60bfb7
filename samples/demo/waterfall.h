#pragma once

// A trace as a waterfall in the terminal: one row a span, below its parent, on a common time axis;
// below it stand the attributes that redaction changed, and its events where they happened.

#include <string>
#include <vector>

#include "terminal_style.h"
#include "trace_document.h"

namespace demo {

/// Draw every trace of `spans`, each with a heading; ends with a newline. Control characters in
/// names are replaced: they come from the network.
std::string draw_waterfall(const std::vector<TraceSpan>& spans, const TerminalStyle& style);

}  // namespace demo
