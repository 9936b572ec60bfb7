#include "load.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "http_server.h"

namespace afterglow::bench {
namespace {

using std::chrono::steady_clock;

const std::string kRequest =
    "GET /cart HTTP/1.1\r\nHost: shop.example\r\nAccept: application/json\r\n"
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n";

// The microseconds of each request go to `samples`; fewer than asked for when one failed.
void request_in_turn(int connection, std::size_t requests, std::vector<double>& samples) {
  std::string rest;
  for (std::size_t i = 0; i < requests; ++i) {
    const steady_clock::time_point start = steady_clock::now();
    send_all(connection, kRequest);
    if (read_message(connection, rest).find(" 200 ") == std::string::npos) {
      return;
    }
    samples.push_back(
        std::chrono::duration<double, std::micro>(steady_clock::now() - start).count());
  }
}

double percentile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

LoadResult put_load(int port, std::size_t requests, std::size_t connections,
                    const std::function<void()>& before_closing) {
  std::vector<int> open;
  for (std::size_t i = 0; i < connections; ++i) {
    open.push_back(connect_to(port));
  }
  std::vector<std::vector<double>> samples(connections);
  std::vector<std::thread> threads;
  const steady_clock::time_point start = steady_clock::now();
  for (std::size_t i = 0; i < connections; ++i) {
    threads.emplace_back([&, i] {
      try {
        request_in_turn(open[i], requests / connections, samples[i]);
      } catch (const std::exception&) {
        // Told below: a request is missing.
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  const double seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  before_closing();
  std::vector<double> all;
  for (std::size_t i = 0; i < connections; ++i) {
    close(open[i]);
    all.insert(all.end(), samples[i].begin(), samples[i].end());
  }
  if (all.size() != requests / connections * connections) {
    throw std::runtime_error("a request was not answered with 200");
  }
  std::sort(all.begin(), all.end());
  return {static_cast<double>(all.size()) / seconds, percentile(all, 0.5), percentile(all, 0.99),
          percentile(all, 0.999)};
}

}  // namespace afterglow::bench
