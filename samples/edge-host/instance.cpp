#include "instance.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace edge_host {

namespace {

using std::chrono::milliseconds;

/// What a module may still do for a request whose time is up: free what it holds.
constexpr milliseconds kCleanUp{100};

bool is_interrupt(const wasmtime::TrapError& error) {
  const auto* trap = std::get_if<wasmtime::Trap>(&error.data);
  return trap != nullptr && trap->code() == WASMTIME_TRAP_CODE_INTERRUPT;
}

}  // namespace

Instance::Instance(Program& program, Backends& backends, afterglow::embed::Exporter& exporter,
                   const InstanceOptions& options, RequestDone request_done)
    : program_(program),
      backends_(backends),
      exporter_(exporter),
      options_(options),
      request_done_(std::move(request_done)),
      watch_(options.watch),
      store_(program.engine()) {
  store_.limiter(options.memory_limit_bytes, -1, -1, -1, -1);
}

void Instance::start() {
  const auto self = weak_from_this();
  edge_.emplace(backends_, [self](std::uint64_t id, std::uint64_t call, BackendResponse result) {
    if (const auto instance = self.lock()) {
      instance->post([raw = instance.get(), id, call, result = std::move(result)] {
        raw->take_result(id, call, result);
      });
    }
  });
  link_.emplace(exporter_, program_.shape(), [self] {
    if (const auto instance = self.lock()) {
      instance->post_results();
    }
  });
  wasmtime::WasiConfig wasi;
  wasi.inherit_stdout();
  wasi.inherit_stderr();
  store_.context().set_wasi(std::move(wasi)).unwrap();
  allow(options_.start_timeout);
  auto instance = instantiate();
  if (!instance) {
    return;
  }
  const auto started = link_->start(store_, *instance);
  if (!started) {
    fail(started.err_ref(), "its start");
    return;
  }
  find_exports(*instance);
  note_memory();
}

std::optional<wasmtime::Instance> Instance::instantiate() {
  wasmtime::Linker linker(program_.engine());
  linker.define_wasi().unwrap();
  linker.allow_shadowing(true);
  edge_->define(linker);
  link_->define_imports(linker).unwrap();
  link_->define_clock_and_random(linker).unwrap();
  watch_.wrap(linker, store_);
  auto instance = linker.instantiate(store_, program_.module());
  if (!instance) {
    fail(instance.err_ref(), "instantiation");
    return std::nullopt;
  }
  return instance.ok();
}

/// `Program` has checked that they are there.
void Instance::find_exports(wasmtime::Instance& instance) {
  const auto function = [&](const char* name) {
    return std::get<wasmtime::Func>(*instance.get(store_, name));
  };
  exports_.emplace(
      Exports{function("edge_on_request").typed<std::uint64_t, std::monostate>(store_).unwrap(),
              function("edge_on_backend_response")
                  .typed<std::tuple<std::uint64_t, std::uint64_t>, std::monostate>(store_)
                  .unwrap(),
              std::nullopt});
  const auto item = instance.get(store_, "memory");
  if (const auto* memory = item ? std::get_if<wasmtime::Memory>(&*item) : nullptr) {
    exports_->memory = *memory;
  }
}

void Instance::begin(const std::shared_ptr<Exchange>& exchange) {
  if (broken_) {
    exchange->answer({500, {}, "the module failed\n"});
    return;
  }
  if (exchange->answered()) {  // its time ran out before its turn
    request_done_(*this, false);
    return;
  }
  const std::uint64_t id = exchange->id();
  ++requests_open_;
  if (options_.metrics != nullptr) {
    ++options_.metrics->requests;
  }
  edge_->open(exchange);
  exchange->on_left([self = weak_from_this(), id] {
    if (const auto instance = self.lock()) {
      instance->post_response_left(id);
    }
  });
  watch_.begin_request(id);
  call_guest(exports_->on_request, id, "edge_on_request", exchange->deadline());
  watch_.end_call(exchange->answered());
}

void Instance::take_result(std::uint64_t id, std::uint64_t call, const BackendResponse& result) {
  const auto exchange = broken_ ? nullptr : edge_->find(id);
  if (exchange == nullptr) {
    return;
  }
  watch_.resume_request(id);
  edge_->with_result(call, result, [&] {
    call_guest(exports_->on_backend_response, std::tuple(id, call), "edge_on_backend_response",
               std::max(exchange->deadline(), Clock::now() + kCleanUp));
  });
  watch_.end_call(exchange->answered());
  if (exchange->left()) {
    post_response_left(id);
  }
}

void Instance::response_left(std::uint64_t id) {
  if (broken_ || edge_->find(id) == nullptr || edge_->calls_in_flight(id) > 0) {
    return;  // with calls in flight, the last result leads here again
  }
  if (!run_due_hooks()) {
    return;
  }
  if (const auto done = link_->on_response_sent(id); !done) {
    fail(done.err_ref(), "the hook after a response");
    return;
  }
  if (!ask_for_metrics()) {
    return;
  }
  edge_->close(id);
  --requests_open_;
  if (run_due_hooks()) {  // for results that came while the request was still open
    request_done_(*this, false);
  }
}

/// False: the module has failed.
bool Instance::ask_for_metrics() {
  if (options_.metrics == nullptr || !program_.shape().metrics) {
    return true;
  }
  const auto parts = link_->export_metrics();
  if (!parts && link_->trapped()) {
    fail(parts.err_ref(), "telling its metrics");
    return false;
  }
  if (!parts) {
    options_.metrics->update(metrics_id_, std::nullopt);
  } else if (!parts.ok_ref().empty()) {
    options_.metrics->update(metrics_id_, read_report(parts.ok_ref()));
  }
  return true;
}

/// False: the module has failed.
bool Instance::run_due_hooks() {
  if (broken_) {
    return false;
  }
  allow(options_.hook_timeout);
  if (const auto done = link_->run_due(); !done) {
    fail(done.err_ref(), "a hook");
    return false;
  }
  return true;
}

template <class Function, class Arguments>
void Instance::call_guest(const Function& function, const Arguments& arguments, const char* name,
                          Clock::time_point deadline) {
  allow(std::chrono::duration_cast<milliseconds>(deadline - Clock::now()));
  const afterglow::embed::Link::CallMark mark(*link_);
  const auto done = function.call(store_, arguments);
  if (!done) {
    fail(done.err_ref(), name);
  }
  note_memory();
}

void Instance::allow(milliseconds time) {
  store_.context().set_epoch_deadline(Program::ticks(time));
}

/// The module is done for: nothing in it can be trusted any more.
void Instance::fail(const wasmtime::TrapError& error, const char* during) {
  const bool out_of_time = is_interrupt(error);
  std::fprintf(stderr, "afterglow-host: the module failed in %s: %s\n", during,
               out_of_time ? "its time ran out" : error.message().c_str());
  broken_ = true;
  if (options_.metrics != nullptr) {
    options_.metrics->trap(metrics_id_, requests_open_);
  }
  close();
  request_done_(*this, true);  // before the client can send its next request
  edge_->answer_all(out_of_time ? ClientResponse{504, {}, "the module took too long\n"}
                                : ClientResponse{500, {}, "the module failed\n"});
}

void Instance::note_memory() {
  if (exports_->memory) {
    watch_.note_memory(exports_->memory->data(store_).size());
  }
}

}  // namespace edge_host
