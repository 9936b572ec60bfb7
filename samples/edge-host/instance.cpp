#include "instance.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

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

void Instance::serve(std::shared_ptr<Exchange> exchange) {
  post([this, exchange = std::move(exchange)] { begin(exchange); });
}

void Instance::close() {
  const std::lock_guard lock(mutex_);
  closing_ = true;
  wake_.notify_one();
}

void Instance::post(Task task) {
  const std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
  wake_.notify_one();
}

void Instance::run() {
  if (options_.metrics != nullptr) {
    metrics_id_ = options_.metrics->begin();
  }
  start();
  while (const Task task = next_task()) {
    task();
  }
  if (options_.metrics != nullptr && !broken_) {
    options_.metrics->end(metrics_id_);
  }
}

Instance::Task Instance::next_task() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (!tasks_.empty()) {
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      return task;
    }
    const auto due = broken_ ? std::nullopt : link_->next_due();
    if (due && *due <= Clock::now()) {
      return [this] { run_due_hooks(); };
    }
    if (closing_ && finished()) {
      return nullptr;
    }
    if (due) {
      wake_.wait_until(lock, *due);
    } else {
      wake_.wait(lock);
    }
  }
}

/// Results of the collector are not waited for: an instance that outlived its requests would keep
/// others from being made.
bool Instance::finished() const {
  return broken_ || (requests_open_ == 0 && edge_->calls_in_flight() == 0 && !link_->next_due());
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
      instance->post([raw = instance.get()] { raw->run_due_hooks(); });
    }
  });
  wasmtime::WasiConfig wasi;
  wasi.inherit_stdout();
  wasi.inherit_stderr();
  store_.context().set_wasi(std::move(wasi)).unwrap();
  allow(options_.start_timeout);
  if (instantiate()) {
    const auto started = link_->start(store_, *instance_);
    if (!started) {
      fail(started.err_ref(), "its start");
    }
    watch_.note_memory(memory_bytes());
  }
}

bool Instance::instantiate() {
  wasmtime::Linker linker(program_.engine());
  linker.define_wasi().unwrap();
  edge_->define(linker);
  link_->define_imports(linker).unwrap();
  watch_.wrap(linker, store_);
  auto instance = linker.instantiate(store_, program_.module());
  if (!instance) {
    fail(instance.err_ref(), "instantiation");
    return false;
  }
  instance_ = instance.ok();
  return true;
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
      instance->post([raw = instance.get(), id] { raw->response_left(id); });
    }
  });
  watch_.begin_request(id);
  call_guest("edge_on_request", {id}, exchange->deadline());
  watch_.end_call(exchange->answered());
}

void Instance::take_result(std::uint64_t id, std::uint64_t call, const BackendResponse& result) {
  const auto exchange = broken_ ? nullptr : edge_->find(id);
  if (exchange == nullptr) {
    return;
  }
  watch_.resume_request(id);
  edge_->with_result(call, result, [&] {
    call_guest("edge_on_backend_response", {id, call},
               std::max(exchange->deadline(), Clock::now() + kCleanUp));
  });
  watch_.end_call(exchange->answered());
  if (exchange->left()) {
    response_left(id);
  }
}

void Instance::response_left(std::uint64_t id) {
  if (broken_ || edge_->find(id) == nullptr || edge_->calls_in_flight(id) > 0) {
    return;  // with calls in flight, the last result leads here again
  }
  allow(options_.hook_timeout);
  if (const auto done = link_->on_response_sent(id); !done) {
    fail(done.err_ref(), "the hook after a response");
    return;
  }
  if (!ask_for_metrics()) {
    return;
  }
  edge_->close(id);
  --requests_open_;
  request_done_(*this, false);
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

void Instance::run_due_hooks() {
  if (broken_) {
    return;
  }
  allow(options_.hook_timeout);
  if (const auto done = link_->run_due(); !done) {
    fail(done.err_ref(), "a hook");
  }
}

void Instance::call_guest(const char* name, Arguments arguments, Clock::time_point deadline) {
  const auto item = instance_->get(store_, name);
  const std::vector<wasmtime::Val> values = [&] {
    std::vector<wasmtime::Val> list;
    for (const std::uint64_t argument : arguments) {
      list.emplace_back(static_cast<std::int64_t>(argument));
    }
    return list;
  }();
  allow(std::chrono::duration_cast<milliseconds>(deadline - Clock::now()));
  const afterglow::embed::Link::CallMark mark(*link_);
  auto done = std::get<wasmtime::Func>(*item).call(store_, values);
  if (!done) {
    fail(done.err_ref(), name);
  }
  watch_.note_memory(memory_bytes());
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

std::uint64_t Instance::memory_bytes() {
  const auto item = instance_->get(store_, "memory");
  const auto* memory = item ? std::get_if<wasmtime::Memory>(&*item) : nullptr;
  return memory == nullptr ? 0 : memory->data(store_).size();
}

}  // namespace edge_host
