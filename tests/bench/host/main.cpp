// Puts load on afterglow-host with one handler: without telemetry, with it, and with it while the
// collector is down. In each round all three take turns, and rounds are compared pair by pair.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "embed_calls.h"
#include "host_process.h"
#include "http_server.h"
#include "load.h"

namespace {

using namespace afterglow::bench;

constexpr const char* kUsage =
    "Usage: bench-host [--quick] --host AFTERGLOW_HOST --off MODULE --on MODULE --calls MODULE\n"
    "Rows go to stdout.\n";

struct Options {
  bool quick = false;
  std::string host;
  std::string off;
  std::string on;
  std::string calls;
};

/// One load on one form of the host.
struct Sample {
  LoadResult load;
  double request_threads_us = 0;  // of processor, a request
  double process_us = 0;
};

constexpr std::size_t kConnections = 4;
constexpr std::size_t kWarmUp = 400;

std::uint64_t sum(const std::map<int, std::uint64_t>& times) {
  std::uint64_t total = 0;
  for (const auto& [thread, nanoseconds] : times) {
    total += nanoseconds;
  }
  return total;
}

// Threads that began with the load serve connections and run instances; those from before it send
// telemetry, and watch.
Sample measure(const std::vector<std::string>& command, std::size_t requests) {
  const HostProcess host(command);
  const std::map<int, std::uint64_t> at_start = host.thread_times();
  put_load(host.port(), kWarmUp, kConnections, [] {});
  std::map<int, std::uint64_t> before = host.thread_times();
  std::map<int, std::uint64_t> after;
  Sample sample{
      .load = put_load(host.port(), requests, kConnections, [&] { after = host.thread_times(); })};
  sample.process_us =
      static_cast<double>(sum(after) - sum(before)) / 1000 / static_cast<double>(requests);
  double of_requests = 0;
  for (const auto& [thread, nanoseconds] : after) {
    if (!at_start.contains(thread)) {
      of_requests += static_cast<double>(nanoseconds - before[thread]);
    }
  }
  sample.request_threads_us = of_requests / 1000 / static_cast<double>(requests);
  return sample;
}

struct Form {
  const char* name;
  std::vector<std::string> command;
  std::vector<Sample> samples = {};
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double spread(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t last = values.size() - 1;
  return (values[last * 3 / 4] - values[last / 4]) / 2;
}

using Figure = std::function<double(const Sample&)>;

std::vector<double> figures(const Form& form, const Figure& figure) {
  std::vector<double> values;
  for (const Sample& sample : form.samples) {
    values.push_back(figure(sample));
  }
  return values;
}

// The ratio is the median of the ratios of the rounds.
void print_row(const std::string& scenario, const char* unit, const Form& form, const Form& base,
               const Figure& figure, bool& first) {
  const std::vector<double> values = figures(form, figure);
  const std::vector<double> floors = figures(base, figure);
  std::vector<double> ratios;
  for (std::size_t i = 0; i < values.size(); ++i) {
    ratios.push_back(values[i] / floors[i]);
  }
  std::printf(
      "%s{\"scenario\": \"%s\", \"target\": \"wasm-wasmtime\", \"clock\": \"real\", "
      "\"optimisation\": \"-Oz\", \"value\": %.3f, \"unit\": \"%s\", \"spread\": %.3f, "
      "\"floor\": %.3f, \"ratio\": %.4f}",
      first ? "[" : ",\n", scenario.c_str(), median(values), unit, spread(values), median(floors),
      median(ratios));
  first = false;
}

void print_rows(const std::vector<Form>& forms, const EmbedCalls& calls) {
  bool first = true;
  for (const Form& form : forms) {
    const auto row = [&](const char* what, const char* unit, const Figure& figure) {
      print_row(std::string("host_") + what + "_" + form.name, unit, form, forms.front(), figure,
                first);
    };
    row("throughput", "requests/s", [](const Sample& s) { return s.load.requests_per_second; });
    row("latency_p50", "us", [](const Sample& s) { return s.load.p50_us; });
    row("latency_p99", "us", [](const Sample& s) { return s.load.p99_us; });
    row("latency_p99.9", "us", [](const Sample& s) { return s.load.p999_us; });
    row("cpu_request_threads", "us", [](const Sample& s) { return s.request_threads_us; });
    row("cpu_process", "us", [](const Sample& s) { return s.process_us; });
  }
  const auto call_row = [](const char* name, double value) {
    std::printf(
        ",\n{\"scenario\": \"%s\", \"target\": \"wasm-wasmtime\", \"clock\": \"real\", "
        "\"optimisation\": \"-Oz\", \"value\": %.3f, \"unit\": \"ns\", \"spread\": 0, "
        "\"floor\": null, \"ratio\": null}",
        name, value);
  };
  call_row("host_call_config_through_embed", calls.config_ns);
  call_row("host_call_clock_through_embed", calls.clock_ns);
  std::printf("]\n");
}

bool parse(int argc, char** argv, Options& options) {
  const std::map<std::string_view, std::string*> values = {{"--host", &options.host},
                                                           {"--off", &options.off},
                                                           {"--on", &options.on},
                                                           {"--calls", &options.calls}};
  for (int next = 1; next < argc; ++next) {
    const std::string_view argument = argv[next];
    if (argument == "--quick") {
      options.quick = true;
    } else if (const auto found = values.find(argument); found != values.end() && next + 1 < argc) {
      *found->second = argv[++next];
    } else {
      return false;
    }
  }
  return std::all_of(values.begin(), values.end(),
                     [](const auto& value) { return !value.second->empty(); });
}

void run(const Options& options) {
  const HttpServer origin(R"([{"sku":"4711","quantity":3}])");
  const HttpServer collector("{}");
  const auto command = [&](const std::string& module, int port) -> std::vector<std::string> {
    return {options.host,  module,
            "--listen",    "127.0.0.1:0",
            "--collector", "http://127.0.0.1:" + std::to_string(port),
            "--backend",   "origin=http://127.0.0.1:" + std::to_string(origin.port())};
  };
  std::vector<Form> forms = {{"off", command(options.off, collector.port())},
                             {"on", command(options.on, collector.port())},
                             {"collector_down", command(options.on, closed_port())}};
  const int rounds = options.quick ? 3 : 15;
  for (int round = 0; round < rounds; ++round) {
    for (Form& form : forms) {
      std::fprintf(stderr, "bench: afterglow-host, telemetry %s, round %d of %d\n", form.name,
                   round + 1, rounds);
      form.samples.push_back(measure(form.command, options.quick ? 1000 : 4000));
    }
  }
  print_rows(forms, measure_embed_calls(options.calls));
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    const bool is_help = argc == 2 && std::string_view(argv[1]) == "--help";
    std::fputs(kUsage, is_help ? stdout : stderr);
    return is_help ? 0 : 2;
  }
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-host: %s\n", error.what());
    return 126;
  }
  return 0;
}
