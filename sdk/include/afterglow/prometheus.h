#pragma once

// The instruments of this instance as a page for Prometheus: for programs that answer `/metrics`
// themselves.
//
//   constinit Telemetry telemetry{memory, {.metrics = {.reader = MetricReader::pull()}}};
//   …
//   const PrometheusFormat format = choose_format(accept);
//   const std::size_t size = write_prometheus(telemetry, format, page);
//   if (size <= page.size()) { respond(200, content_type(format), {page.data(), size}); }
//
// It tells of one instance. Where requests of one program are spread over many, as at the edge, let
// the host collect (samples/edge-host) or push instead: Prometheus would take the counters of now
// this, now that instance for one that falls.

#include <afterglow/prometheus_text.h>
#include <afterglow/telemetry.h>

#include <cstddef>
#include <span>

namespace afterglow {

/// Write what is measured up to now and return the bytes of the page; more than `out` holds means
/// that it is cut, and how much memory a whole one takes. The resource is `target_info`; there are
/// no `otel_scope_` labels, since instruments have no scope.
///
/// Only cumulative points are told: all of them with `MetricReader::pull`. An exponential histogram
/// gets powers of two for bounds, since text has no native histograms. A histogram that was given
/// negative values, or whose bounds are, has no sum. Runs the callbacks of observable instruments;
/// the first call asks the host for its resource, so a request that is answered with it waits for
/// that.
std::size_t write_prometheus(Telemetry& telemetry, PrometheusFormat format, std::span<char> out);

}  // namespace afterglow
