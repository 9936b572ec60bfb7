// Force a trace: whoever sends the secret in `x-force-trace` gets the request traced, here and in
// everything it calls, whatever chance says. Support asks a customer to repeat a click with it.

#include <afterglow/afterglow.h>
#include <afterglow/rules.h>

#include "recipes.h"
#include "surroundings.h"

namespace recipes::force_trace {

using namespace afterglow;
namespace sc = afterglow::semconv;

// [recipe]
struct Forced {  // not by chance, so in no estimate: no `th`
  [[nodiscard]] SamplingResult sample(const TraceSummary& /*trace*/) const {
    return {.decision = Decision::RecordAndSample, .threshold = ThresholdChange::erase()};
  }
};
constexpr Forced kForced;
constexpr ParentBased kAsEverybody{kAlwaysOff};  // without the header: what the caller decided
constexpr Rule kRules[] = {{.attribute = "trace.forced", .value = true, .sampler = kForced}};
constexpr RuleBased kSampler{kRules, kAsEverybody};

// Takes the same time wherever the two differ.
bool is_same(std::string_view given, std::string_view secret) {
  unsigned different = given.size() == secret.size() && !secret.empty() ? 0U : 1U;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const char wanted = secret.empty() ? '\0' : secret[i % secret.size()];
    different |= static_cast<unsigned char>(given[i] ^ wanted);
  }
  return different == 0;
}
// [/recipe]

// [secret]
// FORCE_TRACE_SECRET of the host's configuration, read for those who send the header. Without a
// secret, nobody can force a trace.
bool is_forced(const Request& request) {
  bool forced = false;
  request.for_each("x-force-trace", [&](std::string_view line) {
    char memory[128];
    const host::ReadResult read = host::config("FORCE_TRACE_SECRET", memory);
    const std::string_view secret(memory, read.status == host::Status::Ok ? read.length : 0);
    forced = line.size() <= sizeof memory && is_same(line, secret);
  });
  return forced;
}

std::uint32_t handle(Telemetry& telemetry, const Request& request) {
  Span server = telemetry.start_span(
      "GET /cart", {.kind = SpanKind::Server, .parent = telemetry.extract(request)},
      {{sc::url::kPath, request.path}, {"trace.forced", is_forced(request)}});
  Span client = server.start_child("GET", {.kind = SpanKind::Client});
  CallHeaders headers;
  client.inject(headers);
  const std::uint32_t status = call_backend("carts.internal", headers);
  client.set_attribute(sc::http::kResponseStatusCode, status);
  return status;
}
// [/secret]

const Config kConfig{.service_name = "shop", .sampler = kSampler};

}  // namespace recipes::force_trace
