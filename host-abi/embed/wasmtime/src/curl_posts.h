#pragma once

// The POSTs that are on the wire, on one libcurl multi handle: parallel, with connections kept
// open, run by a single thread. Only `wake` may be called from another one.

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "afterglow/embed/exporter.h"
#include "curl/curl.h"

namespace afterglow::embed {

/// A body the exporter has taken, until it comes to its end.
struct Parcel {
  Post post;
  const Destination* destination = nullptr;  ///< In the exporter's options.
  std::uint64_t ticket = 0;
  std::chrono::milliseconds timeout{0};
  std::chrono::steady_clock::time_point deadline;  ///< Looked at only where `post.expires`.
};

/// Called once for each started parcel. `detail` is the transport's own word on a failure.
using OnDone = std::function<void(Parcel, Outcome, std::string_view detail)>;

class CurlPosts {
 public:
  /// Throws `std::runtime_error` when libcurl cannot be set up.
  CurlPosts(std::size_t max_answer_bytes, OnDone on_done);
  ~CurlPosts();

  CurlPosts(const CurlPosts&) = delete;
  CurlPosts& operator=(const CurlPosts&) = delete;

  /// Put a parcel on the wire. Failing to do so is an outcome too.
  void start(Parcel parcel, std::chrono::milliseconds timeout);
  /// Move bytes until something happens, `wake` is called or `patience` passes.
  void run(std::chrono::milliseconds patience);
  void wake();
  /// End everything that is on the wire with this outcome.
  void abort_all(afterglow_status status, std::string_view detail);

 private:
  struct Exchange;

  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  using Easy = std::unique_ptr<CURL, FreeEasy>;

  Easy take_easy();
  void keep(Easy easy);
  bool prepare(Exchange& exchange, std::chrono::milliseconds timeout) const;
  void finish(CURL* easy, CURLcode code);

  const std::size_t max_answer_bytes_;
  const OnDone on_done_;
  CURLM* multi_ = nullptr;
  std::map<CURL*, std::unique_ptr<Exchange>> exchanges_;
  std::vector<Easy> spare_;  ///< Making one costs as much as a whole small exchange.
};

}  // namespace afterglow::embed
