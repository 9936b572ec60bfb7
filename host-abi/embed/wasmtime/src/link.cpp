#include <algorithm>
#include <string>
#include <thread>
#include <utility>

#include "afterglow/embed/wasmtime.h"
#include "guest_memory.h"
#include "host_calls.h"

namespace afterglow::embed {
namespace {

std::uint64_t features_of(const Options& options, const ModuleShape& shape) {
  const bool waits = options.sending == Sending::Wait;
  std::uint64_t features = AFTERGLOW_FEATURE_HOST_ENDPOINT;
  if (!options.destinations.empty() || options.any_url)
    features |= AFTERGLOW_FEATURE_SEND;
  if (options.any_url)
    features |= AFTERGLOW_FEATURE_URL_TARGET;
  if (waits)
    features |= AFTERGLOW_FEATURE_BLOCKING_SEND;
  if (shape.response_hook)
    features |= AFTERGLOW_FEATURE_RESPONSE_SENT;
  if (shape.result_hook && !waits)
    features |= AFTERGLOW_FEATURE_SEND_RESULT;
  return features;
}

template <class Typed, class Params, class Results>
std::optional<Typed> function(wasmtime::Store::Context store, wasmtime::Instance& instance,
                              std::string_view name) {
  const auto item = instance.get(store, name);
  if (!item || !std::holds_alternative<wasmtime::Func>(*item))
    return std::nullopt;
  auto typed = std::get<wasmtime::Func>(*item).typed<Params, Results>(store);
  return typed ? std::optional<Typed>(typed.ok()) : std::nullopt;
}

}  // namespace

Link::Link(Exporter& exporter, const ModuleShape& shape, std::function<void()> on_results)
    : exporter_(exporter),
      shape_(shape),
      results_(std::make_shared<Mailbox>(std::move(on_results))),
      calls_into_host_(std::make_unique<HostCalls>(exporter, features_of(exporter.options(), shape),
                                                   results_)) {}

Link::~Link() {
  exporter_.count_discarded_results(results_->close());
}

bool Link::bind(wasmtime::Instance& instance) {
  if (const auto item = instance.get(*store_, "memory")) {
    if (const auto* memory = std::get_if<wasmtime::Memory>(&*item))
      memory_ = *memory;
  }
  if (shape_.response_hook) {
    response_hook_ = function<ResponseHook, std::uint64_t, std::int32_t>(
        *store_, instance, "afterglow_v1_on_response_sent");
  }
  if (shape_.result_hook) {
    result_hook_ = function<ResultHook, ResultParams, std::monostate>(
        *store_, instance, "afterglow_v1_on_send_result");
  }
  if (shape_.metrics) {
    metrics_export_ = function<MetricsExport, std::monostate, std::uint64_t>(
        *store_, instance, "afterglow_v1_export_metrics");
  }
  return response_hook_.has_value() == shape_.response_hook &&
         result_hook_.has_value() == shape_.result_hook &&
         metrics_export_.has_value() == shape_.metrics;
}

Link::Done Link::start(wasmtime::Store::Context store, wasmtime::Instance instance) {
  if (store_)
    return wasmtime::TrapError(wasmtime::Error("this instance was started before"));
  store_ = store;
  if (!bind(instance)) {
    return wasmtime::TrapError(wasmtime::Error("the instance is not of the inspected module"));
  }
  using Initialize = wasmtime::TypedFunc<std::monostate, std::monostate>;
  const auto initialize =
      function<Initialize, std::monostate, std::monostate>(store, instance, "_initialize");
  if (!initialize)
    return std::monostate();
  const CallMark mark(*this);
  Done done = initialize->call(store, std::monostate());
  trapped_ = !done;
  return done;
}

std::optional<wasmtime::Error> Link::refusal() const {
  if (!store_)
    return wasmtime::Error("the instance was not started");
  if (trapped_)
    return wasmtime::Error("the instance has trapped and must be discarded");
  if (calls_ > 0)
    return wasmtime::Error("a call into the instance is on the stack");
  return std::nullopt;
}

Link::Done Link::on_response_sent(std::uint64_t request_id) {
  if (auto error = refusal())
    return wasmtime::TrapError(*std::move(error));
  const std::uint32_t limit_ms = exporter_.options().post_response_ms;
  const auto until =
      limit_ms == 0 ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds(limit_ms);
  calls_into_host_->begin_request();
  return call_response_hook(request_id, until);
}

Link::Done Link::call_response_hook(std::uint64_t request_id, Clock::time_point until) {
  if (!response_hook_)
    return std::monostate();
  const CallMark mark(*this);
  auto answer = response_hook_->call(*store_, request_id);
  if (!answer) {
    trapped_ = true;
    return answer.err();
  }
  const std::int32_t again_in_ms = answer.ok();
  if (again_in_ms <= 0)
    return std::monostate();
  const auto due = Clock::now() + std::chrono::milliseconds(again_in_ms);
  if (due <= until)
    repeated_calls_.push_back({request_id, due, until});
  return std::monostate();
}

Link::Done Link::deliver_results() {
  if (auto error = refusal())
    return wasmtime::TrapError(*std::move(error));
  while (const std::optional<Outcome> outcome = results_->take()) {
    const CallMark mark(*this);
    calls_into_host_->show(&*outcome);
    Done done = result_hook_->call(
        *store_, {outcome->ticket, outcome->status, outcome->http_status, outcome->retry_after_ms});
    calls_into_host_->show(nullptr);
    if (!done) {
      trapped_ = true;
      return done;
    }
  }
  return std::monostate();
}

Link::Done Link::run_due() {
  Done done = deliver_results();
  if (!done)
    return done;
  const auto now = Clock::now();
  const auto later =
      std::stable_partition(repeated_calls_.begin(), repeated_calls_.end(),
                            [=](const RepeatedCall& call) { return call.due > now; });
  const std::vector<RepeatedCall> due(later, repeated_calls_.end());
  repeated_calls_.erase(later, repeated_calls_.end());
  for (const RepeatedCall& call : due) {
    done = call_response_hook(call.request_id, call.until);
    if (!done)
      return done;
  }
  return std::monostate();
}

wasmtime::TrapResult<std::vector<std::string>> Link::export_metrics() {
  if (auto error = refusal())
    return wasmtime::TrapError(*std::move(error));
  std::vector<std::string> parts;
  std::size_t bytes = 0;
  while (metrics_export_) {
    const CallMark mark(*this);
    auto answer = metrics_export_->call(*store_, std::monostate());
    if (!answer) {
      trapped_ = true;
      return answer.err();
    }
    const std::uint64_t part = answer.ok();
    if (part == 0)
      break;
    const auto text =
        GuestMemory(memory_->data(*store_))
            .text(static_cast<std::uint32_t>(part >> 32U), static_cast<std::uint32_t>(part));
    if (!text)
      return wasmtime::TrapError(wasmtime::Error("its report of metrics leaves its memory"));
    bytes += text->size();
    if (bytes > kMaxMetricBytes || parts.size() == kMaxMetricParts)
      return wasmtime::TrapError(wasmtime::Error("its report of metrics is too long"));
    parts.emplace_back(*text);
  }
  return parts;
}

std::optional<Link::Clock::time_point> Link::next_due() const {
  const auto first =
      std::min_element(repeated_calls_.begin(), repeated_calls_.end(),
                       [](const RepeatedCall& a, const RepeatedCall& b) { return a.due < b.due; });
  if (first == repeated_calls_.end())
    return std::nullopt;
  return first->due;
}

bool Link::idle() const {
  return repeated_calls_.empty() && results_->idle();
}

wasmtime::TrapResult<bool> Link::settle(std::chrono::milliseconds patience) {
  const auto until = Clock::now() + patience;
  while (true) {
    Done done = run_due();
    if (!done)
      return done.err();
    if (idle())
      return true;
    if (Clock::now() >= until)
      return false;
    results_->wait_until(std::min(until, next_due().value_or(until)));
  }
}

}  // namespace afterglow::embed
