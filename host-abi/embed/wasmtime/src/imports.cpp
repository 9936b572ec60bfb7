// The imports as wasmtime sees them. No C++ exception may cross the engine's frames, so each call
// is answered INTERNAL when something is thrown on the way, by a log sink for example.

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "afterglow/embed/wasmtime.h"
#include "host_calls.h"

namespace afterglow::embed {

wasmtime::Result<std::monostate> define_imports(wasmtime::Linker& linker,
                                                std::function<Link*(wasmtime::Caller&)> find) {
  using Status = std::int32_t;
  using U32 = std::uint32_t;
  // wasmtime.hh copies a function at each call; a shared pointer makes that cheap and safe.
  const auto shared =
      std::make_shared<const std::function<Link*(wasmtime::Caller&)>>(std::move(find));
  // `call(host, memory)` runs with the link and the memory of whoever called the import.
  const auto on_link = [shared](wasmtime::Caller& caller, auto call) noexcept {
    try {
      Link* link = (*shared)(caller);
      if (link == nullptr)
        return Status{AFTERGLOW_UNSUPPORTED};
      const Link::CallMark mark(*link);
      const auto memory = link->memory_of(caller);
      if (!memory)
        return Status{AFTERGLOW_MEMORY_FAULT};
      const auto bytes = memory->data(caller.context());
      return Status{call(*link->calls_into_host_, GuestMemory({bytes.data(), bytes.size()}))};
    } catch (...) {
      return Status{AFTERGLOW_INTERNAL};
    }
  };

  const auto info = [on_link](wasmtime::Caller caller, U32 io) -> Status {
    return on_link(caller, [=](auto& host, auto memory) { return host.info(memory, io); });
  };
  const auto send = [on_link](wasmtime::Caller caller, U32 in, U32 io) -> Status {
    return on_link(caller, [=](auto& host, auto memory) { return host.send(memory, in, io); });
  };
  const auto log = [on_link](wasmtime::Caller caller, U32 severity, U32 stream, U32 stream_len,
                             U32 message, U32 message_len) -> Status {
    return on_link(caller, [=](auto& host, auto memory) {
      return host.log(memory, severity, stream, stream_len, message, message_len);
    });
  };
  const auto config_get = [on_link](wasmtime::Caller caller, U32 key, U32 key_len, U32 buf, U32 cap,
                                    U32 needed) -> Status {
    return on_link(caller, [=](auto& host, auto memory) {
      return host.config_get(memory, key, key_len, buf, cap, needed);
    });
  };
  const auto result_body = [on_link](wasmtime::Caller caller, std::uint64_t ticket, U32 buf,
                                     U32 cap, U32 needed) -> Status {
    return on_link(caller, [=](auto& host, auto memory) {
      return host.result_body(memory, ticket, buf, cap, needed);
    });
  };

  wasmtime::Result<std::monostate> done = std::monostate();
  const auto define = [&](std::string_view name, auto function) {
    if (done)
      done = linker.func_wrap(AFTERGLOW_HOST_V1_MODULE, name, std::move(function));
  };
  define("info", info);
  define("send", send);
  define("log", log);
  define("config_get", config_get);
  define("result_body", result_body);
  return done;
}

wasmtime::Result<std::monostate> Link::define_imports(wasmtime::Linker& linker) {
  return embed::define_imports(linker, [this](wasmtime::Caller&) { return this; });
}

}  // namespace afterglow::embed
