#include "import_watch.h"

#include <afterglow_host_v1.h>

#include <cstdio>
#include <vector>

#include "guest_memory.h"

namespace edge_host {

namespace {

void print_body(wasmtime::Caller& caller, std::uint32_t request) {
  const GuestMemory memory(caller);
  afterglow_send_req layout{};
  if (memory.read(request, layout)) {
    if (const auto body = memory.text(layout.body, layout.body_len)) {
      std::fwrite(body->data(), 1, body->size(), stdout);
      std::fputc('\n', stdout);
      std::fflush(stdout);
    }
  }
}

}  // namespace

void ImportWatch::wrap(wasmtime::Linker& linker, wasmtime::Store& store) {
  if (!options_.count_calls && !options_.print_sends) {
    return;
  }
  for (const char* name : {"clock_time_get", "random_get"}) {
    wrap_function(linker, store, "wasi_snapshot_preview1", name);
  }
  for (const char* name : {"info", "send", "log", "config_get", "result_body"}) {
    wrap_function(linker, store, AFTERGLOW_HOST_V1_MODULE, name);
  }
}

void ImportWatch::wrap_function(wasmtime::Linker& linker, wasmtime::Store& store,
                                const char* module, const char* name) {
  const auto item = linker.get(store, module, name);
  const auto* inner = item ? std::get_if<wasmtime::Func>(&*item) : nullptr;
  if (inner == nullptr) {
    return;
  }
  const bool sends = std::string_view(name) == "send";
  auto call_through = [this, name, sends, function = *inner](
                          wasmtime::Caller caller, wasmtime::Span<const wasmtime::Val> arguments,
                          wasmtime::Span<wasmtime::Val> results)
      -> wasmtime::Result<std::monostate, wasmtime::Trap> {
    count(name);
    if (sends && options_.print_sends) {
      print_body(caller, static_cast<std::uint32_t>(arguments[0].i32()));
    }
    const std::vector<wasmtime::Val> values(arguments.begin(), arguments.end());
    auto done = function.call(caller.context(), values);
    if (!done) {
      return wasmtime::Trap(done.err_ref().message());
    }
    results[0] = done.ok_ref()[0];
    return std::monostate();
  };
  linker.func_new(module, name, inner->type(store), call_through).unwrap();
}

void ImportWatch::count(const char* name) {
  if (options_.count_calls && current_ != 0) {
    ++counts_[current_][name];
  }
}

void ImportWatch::begin_request(std::uint64_t id) {
  current_ = id;
}

void ImportWatch::end_call(bool answered) {
  if (answered && options_.count_calls) {
    std::string line = "afterglow-host: request " + std::to_string(current_);
    for (const auto& [name, calls] : counts_[current_]) {
      line += ' ' + name + '=' + std::to_string(calls);
    }
    line += " memory_at_start=" + std::to_string(memory_at_start_) +
            " memory=" + std::to_string(memory_now_) + '\n';
    std::fputs(line.c_str(), stderr);
  }
  if (answered) {
    counts_.erase(current_);
  }
  current_ = 0;
}

void ImportWatch::note_memory(std::uint64_t bytes) {
  memory_now_ = bytes;
  if (memory_at_start_ == 0) {
    memory_at_start_ = bytes;
  }
}

}  // namespace edge_host
