// One handler, with as much telemetry as AFTERGLOW_SIZES_FEATURES names: what a feature costs is
// the difference of two modules built from this file. It serves one request at a time: asks the
// origin, and answers with what that said.

#include <afterglow/afterglow.h>
#include <afterglow/probability.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "custom_headers.h"
#include "edge_host_v1.h"

namespace {

using namespace afterglow;
namespace sc = afterglow::semconv;
using custom::HeaderText;
using custom::HeaderWriter;

// --- which telemetry -----------------------------------------------------------------------------

// Whether the list, words with a blank between them, names the feature.
constexpr bool has(std::string_view feature) {
  std::string_view list = AFTERGLOW_SIZES_FEATURES;
  while (!list.empty()) {
    const std::size_t end = list.find(' ');
    if (std::string_view(list.data(), end < list.size() ? end : list.size()) == feature) {
      return true;
    }
    list.remove_prefix(end < list.size() ? end + 1 : list.size());
  }
  return false;
}

constexpr bool kTraces = has("traces");

constexpr KeyRule kKeys[] = {{KeyMatch::Exact, "user.email", RedactAction::KeyedHash},
                             {KeyMatch::Prefix, "cart.note.", RedactAction::Truncate, 20}};
constexpr RedactionPolicy kByKey{.keys = kKeys};
constexpr ValueRule kValues[] = {{ValuePattern::Email, RedactAction::Mask},
                                 {ValuePattern::PaymentCard, RedactAction::Mask}};
constexpr RedactionPolicy kByKeyAndValue{.keys = kKeys, .values = kValues};

constexpr const RedactionPolicy& policy() {
  if (has("no_redaction")) {
    return kNoRedaction;
  }
  if (has("redaction_by_value")) {
    return kByKeyAndValue;
  }
  return has("redaction_by_key") ? kByKey : kDefaultRedaction;
}

constexpr Probability kTenPercent{0.1};
constexpr TailRule kRules[] = {keep_errors("errors"), keep_slower_than_ms("slow", 500)};
constexpr TailPolicy kTail{.rules = kRules};
constexpr std::string_view kLogs = "otel-logs-eu";
constexpr ResidencyRule kRegions[] = {
    {.region = "eu-", .match = RegionMatch::Prefix, .destination = kLogs},
    {.match = RegionMatch::Any, .action = ResidencyAction::LocalLogOnly}};
constexpr ResidencyPolicy kResidency{.rules = kRegions};

constexpr Sampler sampler() {
  if constexpr (has("probability")) {
    return kTenPercent;
  }
  return kParentBasedAlwaysOn;
}
constexpr Tail tail() {
  if constexpr (has("tail_rules")) {
    return kTail;
  }
  return {};
}
constexpr Residency residency() {
  if constexpr (has("residency")) {
    return kResidency;
  }
  return {};
}
constexpr LogWay log_way() {
  if constexpr (has("log_lines")) {
    return {ExportWay::Otlp, ExportWay::Lines};
  }
  return ExportWay::Otlp;
}

constexpr Environment environment() {
  return has("no_environment") ? kNoEnvironment : Environment();
}

// What no feature reaches is not linked.
constinit Buffer<64 * 1024> memory;
constinit Telemetry telemetry{memory,
                              {.service_name = "shop",
                               .sampler = sampler(),
                               .tail = tail(),
                               .redaction = policy(),
                               .residency = residency(),
                               .logs = log_way(),
                               .environment = environment()}};
constinit Forever<Span> server;
constinit Forever<Span> client;

constexpr Counter kLookups{"shop.lookups", "{lookup}"};
constexpr Histogram<std::int64_t> kItems{"shop.items", "{item}"};
constexpr Histogram kSeconds{"shop.seconds", "s"};
constexpr ExponentialHistogram kBytes{"shop.bytes", "By"};
constexpr ObservableGauge kHeap{"shop.heap", "By"};

[[maybe_unused]] void read_heap(Observer<std::int64_t>& observer, void* /*context*/) {
  observer.observe(64 * 1024);
}

// --- the telemetry of one request ----------------------------------------------------------------

[[maybe_unused]] void start_traces(const HeaderText& headers, std::string_view target) {
  RemoteParent parent;
  if constexpr (has("propagation")) {
    parent = telemetry.extract(headers);
  }
  *server = telemetry.start_span(
      "GET /cart", {.kind = SpanKind::Server, .parent = static_cast<RemoteParent&&>(parent)},
      {{sc::http::kRequestMethod, "GET"}, {sc::url::kScheme, "https"}, {sc::url::kPath, target}});
  if constexpr (has("http")) {
    server->set_http_request({.method = "GET", .url = target, .scheme = "https"});
  }
  *client = server->start_child("GET", {.kind = SpanKind::Client},
                                {{sc::server::kAddress, "carts.internal"}});
}

void start(const HeaderText& headers, std::string_view target, HeaderWriter& outgoing) {
  if constexpr (kTraces) {
    start_traces(headers, target);
  }
  if constexpr (kTraces && has("propagation")) {
    client->inject(outgoing);
  }
  if constexpr (has("observable_gauge")) {
    telemetry.observe(kHeap, read_heap);
  }
  if constexpr (has("counter")) {
    telemetry.add(kLookups, 1, {{"cache.hit", false}});
  }
}

[[maybe_unused]] void finish_traces(std::uint32_t status, std::size_t size) {
  client->add_event("cart received", {{"cart.bytes", size}});
  if (status != 200) {
    client->set_attribute(sc::error::kType, "cart").set_status(StatusCode::Error, "no cart");
  }
  if constexpr (has("record_error")) {
    client->record_error("OriginError", "no cart");
  }
  if constexpr (has("double_attribute")) {
    client->set_attribute("cart.sum", static_cast<double>(size) / 100);
  }
  client->end();
  server->set_attribute(sc::http::kResponseStatusCode, status);
  server->end();
}

void finish(std::uint32_t status, std::size_t size) {
  if constexpr (has("logs") && kTraces) {
    client->log(Severity::Error, "cart backend unreachable", {{"attempt", 1}});
  } else if constexpr (has("logs")) {
    telemetry.log(Severity::Error, "cart backend unreachable", {{"attempt", 1}});
  }
  if constexpr (has("histogram")) {
    telemetry.record(kItems, static_cast<std::int64_t>(size), {{"cache.hit", false}});
  }
  if constexpr (has("double_metrics")) {
    telemetry.record(kSeconds, static_cast<double>(size) / 100, {{"cache.hit", false}});
  }
  if constexpr (has("exponential_histogram")) {
    telemetry.record(kBytes, static_cast<double>(size), {{"cache.hit", false}});
  }
  if constexpr (kTraces) {
    finish_traces(status, size);
  }
}

// --- the handler ---------------------------------------------------------------------------------

constexpr std::string_view kBackend = "origin";
constinit char target_buffer[1024];
constinit char headers_buffer[8 * 1024];
constinit char body_buffer[16 * 1024];
constinit std::uint64_t request = 0;

std::uint32_t address(const char* text) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(text));
}

std::string_view read_into(edge_status (*read)(std::uint64_t, char*, std::uint32_t, std::uint32_t*),
                           std::uint64_t id, std::span<char> buffer) {
  std::uint32_t needed = 0;
  const auto size = static_cast<std::uint32_t>(buffer.size());
  return read(id, buffer.data(), size, &needed) == EDGE_OK ? std::string_view(buffer.data(), needed)
                                                           : std::string_view{};
}

}  // namespace

void edge_on_request(std::uint64_t id) {
  request = id;
  const std::string_view target = read_into(edge_request_target, id, target_buffer);
  const HeaderText headers(read_into(edge_request_headers, id, headers_buffer));
  char buffer[1024];
  HeaderWriter outgoing(buffer);
  headers.for_each("accept", [&](std::string_view value) { outgoing.set("accept", value); });
  start(headers, target, outgoing);
  const edge_call call = {.size = sizeof(edge_call),
                          .timeout_ms = 1000,
                          .backend = address(kBackend.data()),
                          .backend_len = kBackend.size(),
                          .method = address("GET"),
                          .method_len = 3,
                          .target = address(target.data()),
                          .target_len = static_cast<std::uint32_t>(target.size()),
                          .headers = address(outgoing.text().data()),
                          .headers_len = static_cast<std::uint32_t>(outgoing.text().size()),
                          .body = 0,
                          .body_len = 0};
  std::uint64_t number = 0;
  edge_call_backend(id, &call, &number);
}

void edge_on_backend_response(std::uint64_t /*id*/, std::uint64_t call) {
  std::uint32_t status = 502;
  edge_backend_status(call, &status);
  const std::string_view body = read_into(edge_backend_body, call, body_buffer);
  finish(status, body.size());
  edge_respond(request, status, nullptr, 0, body.data(), static_cast<std::uint32_t>(body.size()));
}
