// Asks the port what a handler cannot: each path is one question, the response is its answer.

#include <afterglow/afterglow.h>
#include <afterglow/host.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fastly_calls.h"
#include "fastly_exchange.h"
#include "neighbour.h"
#include "text.h"

using namespace afterglow;

namespace {

constinit Buffer<64 * 1024> memory;
constinit Telemetry telemetry{memory, {.service_name = "probe"}};
constinit edge::Exchange client;
constinit cart::Text<1024> answer;

void tell(host::Status status, std::size_t length = 0) {
  answer.append_number(static_cast<std::uint64_t>(status));
  answer.append(" ");
  answer.append_number(length);
  answer.append("\n");
}

void tell(const host::ReadResult& result) {
  tell(result.status, result.length);
}

void read_configuration() {
  char small[4];
  char large[256];
  tell(host::config("SHORT", large));
  tell(host::config("SHORT", small));
  tell(host::config("long", small));
  tell(host::config("NOBODY", large));
  tell(host::secret("token", large));
  tell(host::secret("token", small));
  tell(host::secret("nobody", large));
}

void write_logs() {
  tell(host::log_line("notes", 9, "one\ntwo"));
  tell(host::log_line("stdout", 9, "reserved"));
  tell(host::log_line("fst_managed_x", 9, "reserved"));
  tell(host::log_line("", 9, "on standard error"));
}

void tell_limits() {
  for (const std::string_view destination : {"", "otel-collector", "log:lines"}) {
    answer.append_number(host::traits(destination).max_send_bytes);
    answer.append("\n");
  }
}

struct AnswerHeaders {
  void set(std::string_view name, std::string_view value) {
    answer.append(name);
    answer.append(" ");
    answer.append(value);
    answer.append("\n");
  }
};

void extract_and_inject() {
  const Span span = telemetry.start_span("probe", {.parent = telemetry.extract(client.headers())});
  span.inject(AnswerHeaders{});
}

/// Use up 5 ms of CPU time, then flush.
void be_busy() {
  telemetry.start_span("probe").end();
  while (fastly::vcpu_ms() < 5) {
  }
  const FlushReport report = telemetry.flush();
  cart::Text<32> line;
  line.append("dropped ");
  line.append_number(report.traces.dropped());
  (void)host::log_line("notes", 9, line.view());
}

bool respond() {
  return client.respond(200, "text/plain; charset=utf-8", answer.view());
}

}  // namespace

int main() {
  fastly::init();
  if (!client.accept()) {
    return 0;
  }
  const std::string_view target = client.target();
  if (target == "/config") {
    read_configuration();
  } else if (target == "/logs") {
    write_logs();
  } else if (target == "/limits") {
    tell_limits();
  } else if (target == "/extract") {
    extract_and_inject();
  } else if (target == "/neighbour") {
    answer.append(neighbour_writes() ? "yes\n" : "no\n");
  } else if (target == "/busy") {
    be_busy();
  } else if (target == "/twice") {
    telemetry.start_span("probe").end();
    answer.append("first\n");
    respond();
    answer.clear();
    answer.append("second\n");
    (void)host::log_line("notes", 9, respond() ? "sent twice" : "refused");
    telemetry.shutdown();
    return 0;
  }
  respond();
  telemetry.shutdown();
}
