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

void Instance::serve(std::shared_ptr<Exchange> exchange) {
  post([this, exchange = std::move(exchange)] { begin(exchange); });
}

void Instance::close() {
  const std::lock_guard lock(mutex_);
  closing_ = true;
  wake_.notify_one();
}

void Instance::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void Instance::post_what_can_wait(Task task) {
  {
    const std::lock_guard lock(mutex_);
    can_wait_.push_back(std::move(task));
  }
  if (!runs_after_responses()) {
    do_what_can_wait();  // bookkeeping only
  } else if (options_.flush_thread != nullptr) {
    options_.flush_thread->add(shared_from_this());
  } else {
    hurry();
  }
}

/// Whether anything in the module does.
bool Instance::runs_after_responses() const {
  const auto& shape = program_.shape();
  return shape.response_hook || shape.result_hook || shape.metrics;
}

void Instance::post_response_left(std::uint64_t id) {
  post_what_can_wait([this, id] { response_left(id); });
}

/// Results have come. While requests are open there is nothing to do: each tells them at its end.
void Instance::post_results() {
  if (requests_open_ > 0) {
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(results_posted_, true)) {
      return;
    }
  }
  post_what_can_wait([this] {
    {
      const std::lock_guard lock(mutex_);
      results_posted_ = false;
    }
    run_due_hooks();
  });
}

bool Instance::hurry() {
  const std::lock_guard lock(mutex_);
  if (can_wait_.empty() || std::exchange(hurrying_, true)) {
    return false;
  }
  wake_.notify_one();
  return true;
}

void Instance::do_what_can_wait() {
  std::unique_lock lock(mutex_);
  for (Task task; !busy_ && !closing_ && tasks_.empty() && !can_wait_.empty();) {
    take(can_wait_, task);
    perform(lock, task);
  }
  left_over_ = !can_wait_.empty();
  if (!busy_ && (closing_ || !tasks_.empty() || next_due())) {
    wake_.notify_one();  // it has something to do, or another time to wait until
  }
}

void Instance::run() {
  if (options_.metrics != nullptr) {
    metrics_id_ = options_.metrics->begin();
  }
  start();
  std::unique_lock lock(mutex_);
  busy_ = false;
  for (Task task; next_task(lock, task);) {
    perform(lock, task);
    if (left_over_ && tasks_.empty()) {
      pass_on_what_can_wait();
    }
  }
  if (options_.metrics != nullptr && !broken_) {
    options_.metrics->end(metrics_id_);
  }
}

/// Somebody came to do it while this thread was in the instance.
void Instance::pass_on_what_can_wait() {
  left_over_ = false;
  if (options_.flush_thread != nullptr && runs_after_responses()) {
    options_.flush_thread->add(shared_from_this());
  } else {
    hurrying_ = !can_wait_.empty();
  }
}

/// Wait for a task of the own thread. False: there will be none.
bool Instance::next_task(std::unique_lock<std::mutex>& lock, Task& task) {
  while (busy_ || !find_task(task)) {
    if (!busy_ && closing_ && finished()) {
      return false;
    }
    if (!busy_ && next_due()) {
      wake_.wait_until(lock, *next_due());
    } else {
      wake_.wait(lock);
    }
  }
  return true;
}

/// What requests wait for comes first.
bool Instance::find_task(Task& task) {
  const auto due = next_due();
  if (!tasks_.empty()) {
    take(tasks_, task);
  } else if (!can_wait_.empty() && (hurrying_ || closing_)) {
    take(can_wait_, task);
  } else if (due.value_or(Clock::time_point::max()) <= Clock::now()) {
    task = [this] { run_due_hooks(); };
  } else {
    return false;
  }
  return true;
}

/// When the module wants to be called again.
std::optional<Clock::time_point> Instance::next_due() const {
  return broken_ ? std::nullopt : link_->next_due();
}

void Instance::take(Tasks& tasks, Task& task) {
  task = std::move(tasks.front());
  tasks.pop_front();
  hurrying_ = hurrying_ && !can_wait_.empty();
}

void Instance::perform(std::unique_lock<std::mutex>& lock, Task& task) {
  busy_ = true;
  lock.unlock();
  task();
  task = nullptr;
  lock.lock();
  busy_ = false;
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
