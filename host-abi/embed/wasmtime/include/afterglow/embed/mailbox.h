#pragma once

// Outcomes arrive on the exporter's thread, but only the thread that runs a module may tell it. A
// mailbox is where they wait in between.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "afterglow_host_v1.h"

namespace afterglow::embed {

/// What became of one body.
struct Outcome {
  std::uint64_t ticket = 0;
  afterglow_status status = AFTERGLOW_INTERNAL;  ///< OK: `http_status` is valid, whatever it is.
  std::uint32_t http_status = 0;
  std::uint32_t retry_after_ms = 0;
  std::string body;  ///< Of the answer, cut at `Options::max_answer_bytes`.
};

/// Outcomes for one asker, in the order in which they came. Every function is thread-safe.
class Mailbox {
 public:
  /// `on_arrival`, when given, is called on the exporter's thread after each arrival, with nothing
  /// locked: the place to wake the thread that runs the module.
  explicit Mailbox(std::function<void()> on_arrival = {}) : on_arrival_(std::move(on_arrival)) {}

  /// One more outcome will come: `put` follows for each.
  void expect();
  /// Take `expect` back: nothing will come after all.
  void forget();
  /// Returns false when the mailbox is closed; the outcome is gone then.
  bool put(Outcome outcome);

  /// The oldest outcome, if there is one.
  std::optional<Outcome> take();
  /// Wait until there is one. Returns false when `until` passes first.
  bool wait_until(std::chrono::steady_clock::time_point until);
  /// Whether nothing is here and nothing will come.
  [[nodiscard]] bool idle() const;

  /// Refuse from now on, and forget what is here. Returns how many outcomes were forgotten.
  std::size_t close();

 private:
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Outcome> outcomes_;
  std::size_t expected_ = 0;
  bool closed_ = false;
  const std::function<void()> on_arrival_;
};

}  // namespace afterglow::embed
