#pragma once

// The command line of afterglow-host.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace edge_host {

struct Options {
  std::string module_path;
  std::string host = "127.0.0.1";
  int port = 8080;
  std::string metrics_host;  ///< Empty: no metrics are collected.
  int metrics_port = 0;
  std::string collector;  ///< Base URL; empty: telemetry goes nowhere.
  std::vector<std::pair<std::string, std::string>> collector_headers;
  std::chrono::milliseconds collector_timeout{10'000};
  std::map<std::string, std::string, std::less<>> backends;
  std::map<std::string, std::string, std::less<>> config;
  bool any_backend = false;
  bool print = false;
  bool count_calls = false;
  bool wait = false;
  std::uint64_t requests_per_instance = 0;
  std::size_t instances = 8;
  std::size_t concurrent = 1;
  std::int64_t memory_limit_mib = 64;
  std::chrono::milliseconds timeout{10'000};
};

/// Fill `options`. Returns a negative number to go on, else the exit code: help and version were
/// printed, or what is wrong was.
int parse_options(int argc, char** argv, Options& options);

}  // namespace edge_host
