#pragma once

// Sends telemetry off the request's thread. One exporter serves all instances of a program: bodies
// wait in a bounded queue for each destination, and one thread POSTs them over connections that are
// kept open. Nothing is dropped without being counted and reported.
//
//   embed::Options options;
//   options.destinations[""] = {.url = "http://127.0.0.1:4318"};
//   options.on_loss = [](const embed::Loss& loss) { std::clog << embed::name(loss.reason) << '\n';
//   }; embed::Exporter exporter(std::move(options));
//   ...                                       // attach a Link (wasmtime.h) to each instance
//   exporter.drain(std::chrono::seconds(5));  // after the last instance was served

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "afterglow/embed/mailbox.h"
#include "afterglow/embed/options.h"

namespace afterglow::embed {

class Sender;

/// One body on its way to a destination.
struct Post {
  std::string destination;
  std::string path;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Beyond the content type.
  std::string body;
  std::chrono::milliseconds timeout{0};  ///< 0 is the destination's; more than that is cut to it.
  std::uint32_t signal = 0;
  bool gzip = false;                ///< The body is gzip already.
  bool expires = false;             ///< The timeout runs while the body waits in the queue too.
  std::shared_ptr<Mailbox> answer;  ///< Told of the outcome; may be null.
};

/// What `submit` did: `AFTERGLOW_QUEUED` and a ticket, or why the body was not taken.
struct Submission {
  afterglow_status status = AFTERGLOW_INTERNAL;
  std::uint64_t ticket = 0;
};

/// accepted = delivered + pending + lost[Rejected, Timeout, Unavailable, Abandoned], always.
struct ExportCounts {
  std::uint64_t accepted = 0;
  std::uint64_t delivered = 0;  ///< Answered with 2xx.
  std::uint64_t pending = 0;    ///< In the queue or on the wire.
  std::array<std::uint64_t, kLossReasons> lost{};
  /// Outcomes that no instance was left to be told.
  std::uint64_t results_discarded = 0;

  [[nodiscard]] std::uint64_t lost_by(LossReason reason) const {
    return lost[static_cast<std::size_t>(reason)];
  }
};

/// Every function is thread-safe.
class Exporter {
 public:
  /// Starts the sending thread. Throws `std::invalid_argument`, naming the value, when a
  /// destination is unusable: another scheme than http and https, a query, a header that would
  /// break the request.
  explicit Exporter(Options options);

  /// As `drain(0)`.
  ~Exporter();

  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

  /// Take a body, never waiting. NOT_FOUND: no such destination; LIMIT: too large, or the queue is
  /// full; UNAVAILABLE: drained already.
  Submission submit(Post post);

  /// Take a body and wait for its outcome, at most for the timeout.
  Outcome submit_and_wait(Post post);

  /// Wait until everything taken has come to its end, at most `patience`; what has not by then is
  /// abandoned and counted. Nothing is taken after this returned. Returns how many were abandoned.
  std::size_t drain(std::chrono::milliseconds patience);

  [[nodiscard]] ExportCounts counts() const;
  [[nodiscard]] const Options& options() const { return options_; }

  /// Count a refusal that was decided elsewhere, and report it.
  void report(const Loss& loss);
  /// Count outcomes that nobody was left to be told.
  void count_discarded_results(std::size_t count);

 private:
  const Options options_;
  const std::unique_ptr<Sender> sender_;
};

}  // namespace afterglow::embed
