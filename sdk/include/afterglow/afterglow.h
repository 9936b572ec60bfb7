#pragma once

// Afterglow: OpenTelemetry for C++ compiled to WebAssembly on edge runtimes. This header is the one
// most programs need; the others can be included alone.
//
// Telemetry is recorded into memory that the program lends, and leaves as OTLP/JSON through the
// host's HTTP import once the response has been sent:
//
//   Span server = telemetry.start_span("GET /cart", {.kind = SpanKind::Server,
//                                                    .parent = telemetry.extract(headers_in)});
//   ...
//   server.end();
//   send_response();
//   telemetry.flush();

#include <afterglow/adaptive.h>
#include <afterglow/attribute.h>
#include <afterglow/bound.h>
#include <afterglow/buffer.h>
#include <afterglow/carrier.h>
#include <afterglow/config.h>
#include <afterglow/context.h>
#include <afterglow/flush_report.h>
#include <afterglow/hooks.h>
#include <afterglow/http.h>
#include <afterglow/instrument.h>
#include <afterglow/metrics.h>
#include <afterglow/observer.h>
#include <afterglow/probability.h>
#include <afterglow/request_metrics.h>
#include <afterglow/rules.h>
#include <afterglow/sampler.h>
#include <afterglow/semconv.h>
#include <afterglow/span.h>
#include <afterglow/telemetry.h>
#include <afterglow/threshold.h>
#include <afterglow/trace_types.h>
#include <afterglow/version.h>
#include <afterglow/view.h>
