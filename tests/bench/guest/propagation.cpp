#include "scenario.h"
#include "stage.h"

namespace afterglow::bench {
namespace {

constinit Headers outgoing{};

void open_root_of_caller() {
  Telemetry& fresh = start_over();
  root() = fresh.start_span("GET /cart", {.parent = fresh.extract(kIncoming)});
}

void extract_inject() {
  repeat([] {
    const RemoteParent parent = telemetry().extract(kIncoming);
    root().inject(outgoing);
  });
}

bool all_propagated() {
  const bool all_free_but_root = telemetry().free_pages() == telemetry().page_count() - 1;
  const RemoteParent parent = telemetry().extract(kIncoming);
  return parent.context().trace_state == kIncoming.tracestate &&
         outgoing.tracestate == kIncoming.tracestate && all_free_but_root;
}

void copy_headers_twice() {
  repeat([] {
    for (int i = 0; i < 2; ++i) {
      copy(kIncoming.traceparent);
      copy(kIncoming.tracestate);
    }
  });
}

constexpr Scenario kScenarios[] = {
    {"extract_inject",
     open_root_of_caller,
     extract_inject,
     all_propagated,
     {"memcpy of the headers", copy_headers_twice}},
};

}  // namespace

std::span<const Scenario> propagation_scenarios() {
  return kScenarios;
}

}  // namespace afterglow::bench
