#pragma once

// So many requests over so many connections, each of which waits for its answer.

#include <cstddef>
#include <functional>

namespace afterglow::bench {

struct LoadResult {
  double requests_per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
  double p999_us = 0;
};

/// `before_closing` runs when the last answer is there and all connections are still open. Throws
/// when a request is not answered with 200.
LoadResult put_load(int port, std::size_t requests, std::size_t connections,
                    const std::function<void()>& before_closing);

}  // namespace afterglow::bench
