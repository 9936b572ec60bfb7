#pragma once

// Metrics in the terminal: below each instrument one row for each attribute set, with its total; of
// a histogram also how the values are spread, their sum and their range.

#include <string>

#include "metric_totals.h"
#include "terminal_style.h"

namespace demo {

/// Draw all of `totals`, with a heading for each service; ends with a newline. Control characters
/// are replaced: names come from the network.
std::string draw_metrics(const MetricTotals& totals, const TerminalStyle& style);

}  // namespace demo
