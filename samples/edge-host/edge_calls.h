#pragma once

// The imports of edge_host_v1 for one instance: reading requests, calling backends, answering.
// Everything here runs on the instance's own thread, but for the results of backends, which come
// through the `post` it was made with.

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <wasmtime.hh>

#include "backends.h"
#include "exchange.h"
#include "guest_memory.h"

namespace edge_host {

class EdgeCalls {
 public:
  /// A backend's result, given on a thread of `Backends`.
  using Result = std::function<void(std::uint64_t id, std::uint64_t call, BackendResponse)>;

  EdgeCalls(Backends& backends, Result on_result)
      : backends_(backends), on_result_(std::move(on_result)) {}
  EdgeCalls(const EdgeCalls&) = delete;
  EdgeCalls& operator=(const EdgeCalls&) = delete;

  /// Add the imports to `linker`; this object must outlive the instance.
  void define(wasmtime::Linker& linker);

  void open(std::shared_ptr<Exchange> exchange);
  void close(std::uint64_t id) { open_.erase(id); }
  [[nodiscard]] std::shared_ptr<Exchange> find(std::uint64_t id) const;
  /// Calls that were started and whose result has not been delivered: of one request, of all.
  [[nodiscard]] std::size_t calls_in_flight(std::uint64_t id) const;
  [[nodiscard]] std::size_t calls_in_flight() const { return in_flight_.size(); }

  /// While `deliver` runs, the module can read the result of `call`.
  template <class Deliver>
  void with_result(std::uint64_t call, const BackendResponse& result, Deliver&& deliver) {
    in_flight_.erase(call);
    current_call_ = call;
    current_result_ = &result;
    deliver();
    current_call_ = 0;
    current_result_ = nullptr;
  }

  /// Give every open request without an answer this one.
  void answer_all(const ClientResponse& response);

  static constexpr std::size_t kMaxCallsInFlight = 1024;

 private:
  void define_reading(wasmtime::Linker& linker);
  void define_acting(wasmtime::Linker& linker);
  [[nodiscard]] const ClientRequest* unanswered(std::uint64_t id) const;
  [[nodiscard]] std::int32_t call_backend(const GuestMemory& memory, std::uint64_t id,
                                          std::uint32_t in, std::uint32_t call);

  Backends& backends_;
  const Result on_result_;
  std::unordered_map<std::uint64_t, std::shared_ptr<Exchange>> open_;
  std::unordered_map<std::uint64_t, std::uint64_t> in_flight_;  // call to request
  std::uint64_t last_call_ = 0;
  std::uint64_t current_call_ = 0;
  const BackendResponse* current_result_ = nullptr;
};

}  // namespace edge_host
