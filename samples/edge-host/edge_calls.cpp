#include "edge_calls.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "edge_host_v1.h"
#include "header_block.h"

namespace edge_host {

namespace {

/// The rule of every output: the whole length to `needed`, the bytes only when they fit.
std::int32_t give(const GuestMemory& memory, std::string_view value, std::uint32_t buf,
                  std::uint32_t cap, std::uint32_t needed) {
  if (!memory.holds(buf, cap) || !memory.write(needed, static_cast<std::uint32_t>(value.size()))) {
    return EDGE_MEMORY_FAULT;
  }
  if (value.size() > cap) {
    return EDGE_BUFFER_TOO_SMALL;
  }
  return memory.write_text(buf, value) ? EDGE_OK : EDGE_MEMORY_FAULT;
}

/// Defining can only fail for a name that is there already: a defect of this program.
template <class Function>
void add(wasmtime::Linker& linker, const char* name, Function function) {
  linker.func_wrap(EDGE_HOST_V1_MODULE, name, std::move(function)).unwrap();
}

/// What crosses the border in `call_backend`, copied out of the module.
std::int32_t copy_call(const GuestMemory& memory, const edge_call& in, BackendRequest& out) {
  const auto backend = memory.text(in.backend, in.backend_len);
  const auto method = memory.text(in.method, in.method_len);
  const auto target = memory.text(in.target, in.target_len);
  const auto headers = memory.text(in.headers, in.headers_len);
  const auto body = memory.text(in.body, in.body_len);
  if (!backend || !method || !target || !headers || !body) {
    return EDGE_MEMORY_FAULT;
  }
  if (!is_token(*method) || !is_target(*target) || !is_header_block(*headers)) {
    return EDGE_INVALID_ARGUMENT;
  }
  out = {std::string(*backend), std::string(*method), std::string(*target),
         std::string(*headers), std::string(*body),   std::chrono::milliseconds(in.timeout_ms)};
  return EDGE_OK;
}

}  // namespace

void EdgeCalls::define(wasmtime::Linker& linker) {
  define_reading(linker);
  define_acting(linker);
}

void EdgeCalls::define_reading(wasmtime::Linker& linker) {
  using wasmtime::Caller;
  const auto request = [this, &linker](const char* name, std::string ClientRequest::* part) {
    add(linker, name,
        [this, part](Caller caller, std::uint64_t id, std::uint32_t buf, std::uint32_t cap,
                     std::uint32_t needed) -> std::int32_t {
          const ClientRequest* found = unanswered(id);
          return found == nullptr ? EDGE_NOT_FOUND
                                  : give(GuestMemory(caller), found->*part, buf, cap, needed);
        });
  };
  request("request_method", &ClientRequest::method);
  request("request_target", &ClientRequest::target);
  request("request_headers", &ClientRequest::headers);
  request("request_body", &ClientRequest::body);

  const auto result = [this, &linker](const char* name, std::string BackendResponse::* part) {
    add(linker, name,
        [this, part](Caller caller, std::uint64_t call, std::uint32_t buf, std::uint32_t cap,
                     std::uint32_t needed) -> std::int32_t {
          return current_result_ == nullptr || call != current_call_
                     ? EDGE_NOT_FOUND
                     : give(GuestMemory(caller), current_result_->*part, buf, cap, needed);
        });
  };
  result("backend_headers", &BackendResponse::headers);
  result("backend_body", &BackendResponse::body);
  add(linker, "backend_status",
      [this](Caller caller, std::uint64_t call, std::uint32_t http_status) -> std::int32_t {
        if (current_result_ == nullptr || call != current_call_) {
          return EDGE_NOT_FOUND;
        }
        return GuestMemory(caller).write(http_status, current_result_->http_status)
                   ? current_result_->status
                   : EDGE_MEMORY_FAULT;
      });
}

void EdgeCalls::define_acting(wasmtime::Linker& linker) {
  using wasmtime::Caller;
  add(linker, "call_backend",
      [this](Caller caller, std::uint64_t id, std::uint32_t in, std::uint32_t call) {
        return call_backend(GuestMemory(caller), id, in, call);
      });
  add(linker, "respond",
      [this](Caller caller, std::uint64_t id, std::uint32_t http_status, std::uint32_t headers,
             std::uint32_t headers_len, std::uint32_t body,
             std::uint32_t body_len) -> std::int32_t {
        const GuestMemory memory(caller);
        const auto header_block = memory.text(headers, headers_len);
        const auto content = memory.text(body, body_len);
        if (!header_block || !content) {
          return EDGE_MEMORY_FAULT;
        }
        if (http_status < 200 || http_status > 599 || !is_header_block(*header_block)) {
          return EDGE_INVALID_ARGUMENT;
        }
        const auto exchange = find(id);
        const bool first = exchange != nullptr &&
                           exchange->answer({static_cast<int>(http_status),
                                             std::string(*header_block), std::string(*content)});
        return first ? EDGE_OK : EDGE_NOT_FOUND;
      });
}

std::int32_t EdgeCalls::call_backend(const GuestMemory& memory, std::uint64_t id, std::uint32_t in,
                                     std::uint32_t call) {
  edge_call layout{};
  BackendRequest request;
  if (!memory.read(in, layout) || !memory.holds(call, sizeof last_call_)) {
    return EDGE_MEMORY_FAULT;
  }
  if (layout.size < sizeof layout) {
    return EDGE_INVALID_ARGUMENT;
  }
  if (const std::int32_t status = copy_call(memory, layout, request); status != EDGE_OK) {
    return status;
  }
  if (unanswered(id) == nullptr || !backends_.knows(request.backend)) {
    return EDGE_NOT_FOUND;
  }
  if (in_flight_.size() >= kMaxCallsInFlight) {
    return EDGE_LIMIT;
  }
  const auto left = std::max(
      std::chrono::milliseconds(1),
      std::chrono::duration_cast<std::chrono::milliseconds>(find(id)->deadline() - Clock::now()));
  if (request.timeout.count() == 0 || request.timeout > left) {
    request.timeout = left;
  }
  const std::uint64_t number = ++last_call_;
  in_flight_.emplace(number, id);
  backends_.start(std::move(request), [on_result = on_result_, id, number](BackendResponse result) {
    on_result(id, number, std::move(result));
  });
  return memory.write(call, number) ? EDGE_OK : EDGE_MEMORY_FAULT;
}

void EdgeCalls::open(std::shared_ptr<Exchange> exchange) {
  const std::uint64_t id = exchange->id();
  open_.emplace(id, std::move(exchange));
}

std::shared_ptr<Exchange> EdgeCalls::find(std::uint64_t id) const {
  const auto found = open_.find(id);
  return found == open_.end() ? nullptr : found->second;
}

const ClientRequest* EdgeCalls::unanswered(std::uint64_t id) const {
  const auto found = open_.find(id);
  return found == open_.end() || found->second->answered() ? nullptr : &found->second->request();
}

std::size_t EdgeCalls::calls_in_flight(std::uint64_t id) const {
  return static_cast<std::size_t>(std::count_if(
      in_flight_.begin(), in_flight_.end(), [id](const auto& call) { return call.second == id; }));
}

void EdgeCalls::answer_all(const ClientResponse& response) {
  for (const auto& [id, exchange] : open_) {
    exchange->answer(response);
  }
}

}  // namespace edge_host
