#include "import_watch.h"

#include <afterglow_host_v1.h>
#include <sys/random.h>
#include <time.h>

#include <cstdio>
#include <vector>

#include "guest_memory.h"

namespace edge_host {

namespace {

constexpr const char* kWasi = "wasi_snapshot_preview1";
constexpr std::int32_t kWasiFault = 21;
constexpr std::int32_t kWasiIo = 29;

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
  linker.allow_shadowing(true);
  define_clock_and_random(linker);
  for (const char* name : {"info", "send", "log", "config_get", "result_body"}) {
    wrap_function(linker, store, name);
  }
}

/// wasmtime's own WASI functions find the memory through their direct caller, so they cannot be
/// called from here: these two are done again.
void ImportWatch::define_clock_and_random(wasmtime::Linker& linker) {
  linker
      .func_wrap(kWasi, "clock_time_get",
                 [this](wasmtime::Caller caller, std::uint32_t id, std::uint64_t,
                        std::uint32_t out) -> std::int32_t {
                   count("clock_time_get");
                   timespec now{};
                   clock_gettime(id == 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
                   const auto nanos = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
                                      static_cast<std::uint64_t>(now.tv_nsec);
                   return GuestMemory(caller).write(out, nanos) ? 0 : kWasiFault;
                 })
      .unwrap();
  linker
      .func_wrap(kWasi, "random_get",
                 [this](wasmtime::Caller caller, std::uint32_t buffer,
                        std::uint32_t length) -> std::int32_t {
                   count("random_get");
                   constexpr std::uint32_t kMostAtOnce = 256;  // what getrandom gives whole
                   char bytes[kMostAtOnce];
                   const GuestMemory memory(caller);
                   if (!memory.holds(buffer, length)) {
                     return kWasiFault;
                   }
                   for (std::uint32_t done = 0; done < length; done += kMostAtOnce) {
                     const std::size_t part = std::min(kMostAtOnce, length - done);
                     if (getrandom(bytes, part, 0) != static_cast<ssize_t>(part) ||
                         !memory.write_text(buffer + done, {bytes, part})) {
                       return kWasiIo;
                     }
                   }
                   return 0;
                 })
      .unwrap();
}

void ImportWatch::wrap_function(wasmtime::Linker& linker, wasmtime::Store& store,
                                const char* name) {
  const auto item = linker.get(store, AFTERGLOW_HOST_V1_MODULE, name);
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
  linker.func_new(AFTERGLOW_HOST_V1_MODULE, name, inner->type(store), call_through).unwrap();
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
