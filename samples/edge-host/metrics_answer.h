#pragma once

// What a scraper gets.

#include "exchange.h"
#include "metric_totals.h"

namespace edge_host {

/// The page for GET and HEAD of `/metrics`, in the format that `Accept` asks for; else 404 or 405.
ClientResponse metrics_answer(const ClientRequest& request, const MetricTotals& totals);

}  // namespace edge_host
