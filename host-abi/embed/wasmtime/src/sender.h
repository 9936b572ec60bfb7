#pragma once

// The exporter's queues and its thread: one bounded lane for each destination, so that a dead
// collector fills its own lane and nobody else's, and one loop that moves parcels from the lanes to
// the wire and outcomes to their mailboxes.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "afterglow/embed/exporter.h"
#include "curl_posts.h"

namespace afterglow::embed {

class Sender {
 public:
  explicit Sender(const Options& options);
  ~Sender();

  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  Submission submit(Post post);
  std::size_t drain(std::chrono::milliseconds patience);
  ExportCounts counts() const;
  void report(const Loss& loss);
  void count_discarded_results(std::size_t count);

 private:
  struct Lane {
    const Destination* destination = nullptr;
    std::deque<Parcel> waiting;
    std::size_t in_flight = 0;
    std::size_t bytes = 0;  ///< Waiting and in flight.
  };
  using Lanes = std::map<std::string, Lane, std::less<>>;

  /// The lane of a destination; with `any_url` one is made for a URL. Null: NOT_FOUND, or no room
  /// for one more URL.
  Lane* lane_of(const std::string& destination);
  Submission accept(Lane& lane, Post& post);
  void loop();
  std::vector<Parcel> next_parcels();
  void start(Parcel parcel);
  void abandon_all();
  void finish(const Parcel& parcel, Outcome outcome, std::string_view detail);
  void settle(const Parcel& parcel, const Outcome& outcome, std::string_view detail);

  const Options& options_;
  mutable std::mutex mutex_;  ///< Guards what follows, up to the blank line.
  std::condition_variable emptied_;
  Lanes lanes_;
  std::map<std::string, Destination> urls_;  ///< Named by modules. Never erased: lanes refer to it.
  ExportCounts counts_;
  std::uint64_t last_ticket_ = 0;
  bool stopped_ = false;
  bool woken_ = false;  ///< The thread will look at the lanes.

  std::mutex drain_mutex_;  ///< One drain at a time: the thread is joined once.
  std::atomic<bool> stop_{false};
  bool abandoning_ = false;  ///< Only the sending thread reads and writes it.
  CurlPosts posts_;
  std::thread thread_;
};

}  // namespace afterglow::embed
