// The port on Fastly Compute: clock, random and environment are WASI preview 1, the rest is
// Fastly's own. A body leaves through a backend or as one line of a log endpoint; which of them,
// the program or the service's settings say (fastly_settings.h).

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "afterglow/host.h"
#include "fastly_calls.h"
#include "fastly_http.h"
#include "fastly_routes.h"
#include "fastly_settings.h"
#include "wasi_abi.h"
#include "wasi_calls.h"

namespace afterglow::host {
namespace {

using fastly::Handle;
using fastly::Route;
using fastly::settings;
using fastly::Way;

constexpr std::uint32_t kMaxLineBytes = 16'384;

constinit Hooks g_hooks{};
constinit bool g_attached = false;

/// FASTLY_* in OpenTelemetry's words. Its FASTLY_TRACE_ID names a sandbox, not a trace.
struct ResourceKey {
  std::string_view variable;
  std::string_view key;
};
constexpr ResourceKey kResourceKeys[] = {
    {"FASTLY_CUSTOMER_ID", "cloud.account.id"}, {"FASTLY_POP", "cloud.availability_zone"},
    {"FASTLY_REGION", "cloud.region"},          {"FASTLY_SERVICE_ID", "cloud.resource_id"},
    {"FASTLY_HOSTNAME", "host.name"},           {"FASTLY_SERVICE_VERSION", "service.version"},
    {"FASTLY_TRACE_ID", "service.instance.id"}};

/// The SDK's streams and the settings that name their log endpoints.
struct StreamSetting {
  std::string_view stream;
  std::string_view setting;
};
constexpr StreamSetting kStreams[] = {{"logs", "AFTERGLOW_LINES_LOG"},
                                      {"otlp", "AFTERGLOW_OTLP_LOG"},
                                      {"afterglow", "AFTERGLOW_DIAGNOSTICS_LOG"}};

std::string_view endpoint_of(std::string_view stream) {
  for (const StreamSetting& item : kStreams) {
    if (item.stream != stream)
      continue;
    const std::string_view name = settings().get(item.setting);
    return name.empty() ? stream : name;
  }
  return stream;
}

std::uint32_t max_line_bytes() {
  return fastly::number_setting("AFTERGLOW_MAX_LINE_BYTES", kMaxLineBytes);
}

bool waits() {
  return settings().get("AFTERGLOW_WAIT") == "true";
}

bool over_cpu_budget() {
  const std::uint32_t budget_ms = fastly::number_setting("AFTERGLOW_VCPU_BUDGET_MS", 0);
  return budget_ms != 0 && fastly::vcpu_ms() >= budget_ms;
}

/// One write is one event: half a line that was followed by the other half would be two.
Status write_event(std::string_view endpoint, std::string_view line, std::int32_t& raw) {
  Handle handle = kFastlyInvalidHandle;
  raw = afterglow_fastly_log_endpoint(endpoint.data(), endpoint.size(), &handle);
  if (raw != kFastlyOk)
    return fastly::to_lookup_status(raw);
  std::size_t written = 0;
  raw = afterglow_fastly_log_write(handle, line.data(), line.size(), &written);
  if (raw != kFastlyOk)
    return fastly::to_status(raw);
  return written < line.size() ? Status::Limit : Status::Ok;
}

ReadResult copy_to(std::span<char> out, std::string_view value) {
  if (value.size() > out.size())
    return {Status::BufferTooSmall, value.size()};
  std::memcpy(out.data(), value.data(), value.size());
  return {Status::Ok, value.size()};
}

/// Whether any signal goes to a log endpoint: its bodies have to fit a line.
bool writes_lines(std::string_view destination) {
  for (const Signal signal : {Signal::Traces, Signal::Metrics, Signal::Logs}) {
    if (fastly::route_of(destination, signal).way == Way::LogEndpoint)
      return true;
  }
  return false;
}

}  // namespace

std::uint64_t wall_clock() {
  return wasi::wall_clock();
}

std::uint64_t monotonic_clock() {
  return wasi::monotonic_clock();
}

Status random(std::span<std::byte> out) {
  return wasi::random(out);
}

// A setting, else an entry of the store under that name, for what is too long for the settings.
ReadResult config(std::string_view key, std::span<char> out) {
  fastly::init();
  if (const std::string_view value = settings().get(key); !value.empty())
    return copy_to(out, value);
  return fastly::read_config(fastly::kStore, key, out);
}

// The settings are kept, so nothing needs to be lent.
ReadResult config_all(std::span<char>, PairVisitor visit) {
  fastly::init();
  settings().for_each(visit);
  return fastly::settings_result();
}

ReadResult secret(std::string_view key, std::span<char> out) {
  fastly::init();
  const std::string_view store = settings().get("AFTERGLOW_SECRET_STORE");
  return fastly::read_secret(store.empty() ? fastly::kStore : store, key, out);
}

ReadResult resource(std::span<char> scratch, PairVisitor visit) {
  wasi::Environment environment;
  const ReadResult result = wasi::read_environment(scratch, environment);
  if (result.status != Status::Ok)
    return result;
  visit("cloud.provider", "Fastly");
  visit("cloud.platform", "Fastly Compute");
  for (const ResourceKey& item : kResourceKeys) {
    if (const std::string_view value = environment.get(item.variable); !value.empty())
      visit(item.key, value);
  }
  if (const std::string_view staging = environment.get("FASTLY_IS_STAGING"); !staging.empty())
    visit("deployment.environment.name", staging == "1" ? "staging" : "production");
  return result;
}

SendResult send(const SendRequest& request) {
  fastly::init();
  if (over_cpu_budget())
    return {.status = Status::Limit};
  const Route route = fastly::route_of(request.destination, request.signal);
  if (route.way != Way::LogEndpoint)
    return fastly::post(route, request);
  if (request.body.size() > max_line_bytes())
    return {.status = Status::Limit};
  // Done, but without an answer: what became of it stays unknown.
  SendResult result;
  result.status = write_event(route.name, request.body, result.raw_code);
  return result;
}

Status wait(std::span<SendResult> results, std::uint64_t deadline, std::span<char> answers) {
  return fastly::wait_for_answers(results, deadline, answers);
}

Status log_line(std::string_view stream, std::uint32_t, std::string_view line) {
  fastly::init();
  std::int32_t raw = 0;
  std::size_t written = 0;
  return stream.empty() ? wasi::write_line(kWasiStderr, line, written)
                        : write_event(endpoint_of(stream), line, raw);
}

Traits traits(std::string_view destination) {
  fastly::init();
  return {.flush = waits() ? FlushMode::WaitForAnswer : FlushMode::SendAndForget,
          .takes_urls = true,  // dynamic backends
          .reads_endpoint = true,
          .max_send_bytes = writes_lines(destination) ? max_line_bytes() : 0,
          .max_log_bytes = max_line_bytes()};
}

bool attach(const Hooks& hooks) {
  if (g_attached)
    return g_hooks.object == hooks.object;
  g_attached = true;
  g_hooks = hooks;
  return true;
}

// Nobody calls into a command.
bool offer_metrics(const MetricSource& /*source*/) {
  return false;
}

}  // namespace afterglow::host
