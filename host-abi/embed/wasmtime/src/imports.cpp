// The imports as wasmtime sees them. No C++ exception may cross the engine's frames, so each call
// is answered INTERNAL when something is thrown on the way, by a log sink for example.
//
// wasmtime.hh hands raw values to functions whose types are known while compiling, and copies the
// function at each call: what is captured here has to be cheap to copy.

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "afterglow/embed/wasmtime.h"
#include "host_calls.h"
#include "wasi_calls.h"

namespace afterglow::embed {

namespace {

using FindLink = std::function<Link*(wasmtime::Caller&)>;
using Defined = wasmtime::Result<std::monostate>;
using U32 = std::uint32_t;

/// In a linker that serves one instance.
struct OneLink {
  Link* link;
  Link* operator()(wasmtime::Caller& /*caller*/) const { return link; }
};

/// In a linker that serves many.
struct AnyLink {
  std::shared_ptr<const FindLink> find;
  Link* operator()(wasmtime::Caller& caller) const { return (*find)(caller); }
};

/// Adds functions of one module to a linker, up to the first failure.
struct Definitions {
  wasmtime::Linker& linker;
  std::string_view module;
  Defined done = std::monostate();

  template <class Function>
  void add(std::string_view name, Function function) {
    if (done)
      done = linker.func_wrap(module, name, std::move(function));
  }
};

/// What a call is answered that cannot be made.
struct Refusals {
  std::int32_t no_link;
  std::int32_t no_memory;
  std::int32_t exception;
};
constexpr Refusals kTelemetry{AFTERGLOW_UNSUPPORTED, AFTERGLOW_MEMORY_FAULT, AFTERGLOW_INTERNAL};
constexpr Refusals kWasi{WasiNotSupported, WasiFault, WasiIo};

}  // namespace

class Imports {
 public:
  template <class Find>
  static Defined define_telemetry(wasmtime::Linker& linker, const Find& find);
  template <class Find>
  static Defined define_clock_and_random(wasmtime::Linker& linker, const Find& find);

 private:
  /// `act(host, memory)` runs with the link and the memory of whoever called the import.
  template <const Refusals& refusals, class Find, class Act>
  static std::int32_t call(const Find& find, wasmtime::Caller& caller, const Act& act) noexcept {
    try {
      Link* const link = find(caller);
      if (link == nullptr)
        return refusals.no_link;
      const Link::CallMark mark(*link);
      return link->memory_ ? act_on(*link, *link->memory_, caller, act)
                           : act_at_start<refusals>(*link, caller, act);
    } catch (...) {
      return refusals.exception;
    }
  }

  /// The memory may have moved and grown since the last call: both are asked for anew.
  template <class Act>
  static std::int32_t act_on(Link& link, const wasmtime::Memory& memory, wasmtime::Caller& caller,
                             const Act& act) {
    const auto bytes = memory.data(caller.context());
    return act(*link.calls_into_host_, GuestMemory({bytes.data(), bytes.size()}));
  }

  /// Not started yet: a start function is calling.
  template <const Refusals& refusals, class Act>
  static std::int32_t act_at_start(Link& link, wasmtime::Caller& caller, const Act& act) {
    const auto item = caller.get_export("memory");
    const auto* memory = item ? std::get_if<wasmtime::Memory>(&*item) : nullptr;
    return memory == nullptr ? refusals.no_memory : act_on(link, *memory, caller, act);
  }
};

template <class Find>
Defined Imports::define_telemetry(wasmtime::Linker& linker, const Find& find) {
  using wasmtime::Caller;
  Definitions imports{linker, AFTERGLOW_HOST_V1_MODULE};
  imports.add("info", [find](Caller caller, U32 io) {
    return call<kTelemetry>(find, caller,
                            [=](auto& host, auto memory) { return host.info(memory, io); });
  });
  imports.add("send", [find](Caller caller, U32 in, U32 io) {
    return call<kTelemetry>(find, caller,
                            [=](auto& host, auto memory) { return host.send(memory, in, io); });
  });
  imports.add("log", [find](Caller caller, U32 severity, U32 stream, U32 stream_len, U32 message,
                            U32 message_len) {
    return call<kTelemetry>(find, caller, [=](auto& host, auto memory) {
      return host.log(memory, severity, stream, stream_len, message, message_len);
    });
  });
  imports.add("config_get",
              [find](Caller caller, U32 key, U32 key_len, U32 buf, U32 cap, U32 needed) {
                return call<kTelemetry>(find, caller, [=](auto& host, auto memory) {
                  return host.config_get(memory, key, key_len, buf, cap, needed);
                });
              });
  imports.add("result_body",
              [find](Caller caller, std::uint64_t ticket, U32 buf, U32 cap, U32 needed) {
                return call<kTelemetry>(find, caller, [=](auto& host, auto memory) {
                  return host.result_body(memory, ticket, buf, cap, needed);
                });
              });
  return std::move(imports.done);
}

template <class Find>
Defined Imports::define_clock_and_random(wasmtime::Linker& linker, const Find& find) {
  using wasmtime::Caller;
  Definitions imports{linker, "wasi_snapshot_preview1"};
  imports.add("clock_time_get",
              [find](Caller caller, U32 clock, std::uint64_t /*precision*/, U32 out) {
                return call<kWasi>(find, caller, [=](auto& /*host*/, auto memory) {
                  return clock_time_get(memory, clock, out);
                });
              });
  imports.add("random_get", [find](Caller caller, U32 buffer, U32 length) {
    return call<kWasi>(find, caller, [=](auto& /*host*/, auto memory) {
      return random_get(memory, buffer, length);
    });
  });
  return std::move(imports.done);
}

Defined Link::define_imports(wasmtime::Linker& linker) {
  return Imports::define_telemetry(linker, OneLink{this});
}

Defined Link::define_clock_and_random(wasmtime::Linker& linker) {
  return Imports::define_clock_and_random(linker, OneLink{this});
}

Defined define_imports(wasmtime::Linker& linker, FindLink find) {
  return Imports::define_telemetry(linker,
                                   AnyLink{std::make_shared<const FindLink>(std::move(find))});
}

Defined define_clock_and_random(wasmtime::Linker& linker, FindLink find) {
  return Imports::define_clock_and_random(
      linker, AnyLink{std::make_shared<const FindLink>(std::move(find))});
}

}  // namespace afterglow::embed
