// Puts load on afterglow-host with one handler: without telemetry, with it, and with it while the
// collector is down. In each round all three take turns, and rounds are compared pair by pair.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <stdexcept>
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

// What a request waits for, as afterglow-host names its threads. The others call backends, flush
// and send telemetry, or watch.
bool serves_requests(const std::string& thread) {
  return thread == "connection" || thread == "instance";
}

// Threads that end meanwhile are not counted: the connections of the load stay open until then.
Sample measure(const std::vector<std::string>& command, std::size_t requests) {
  const HostProcess host(command);
  put_load(host.port(), kWarmUp, kConnections, [] {});
  HostProcess::Threads before = host.threads();
  HostProcess::Threads after;
  Sample sample{.load =
                    put_load(host.port(), requests, kConnections, [&] { after = host.threads(); })};
  std::uint64_t of_requests = 0;
  std::uint64_t of_all = 0;
  for (const auto& [id, thread] : after) {
    const std::uint64_t run_ns = thread.run_ns - before[id].run_ns;
    of_all += run_ns;
    of_requests += serves_requests(thread.name) ? run_ns : 0;
  }
  if (of_requests == 0) {
    throw std::runtime_error("afterglow-host has no threads that serve requests");
  }
  sample.request_threads_us =
      static_cast<double>(of_requests) / 1000 / static_cast<double>(requests);
  sample.process_us = static_cast<double>(of_all) / 1000 / static_cast<double>(requests);
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
  const auto call_row = [](const char* name, double value, const std::string& floor_and_ratio) {
    std::printf(
        ",\n{\"scenario\": \"host_call_%s_through_embed\", \"target\": \"wasm-wasmtime\", "
        "\"clock\": \"real\", \"optimisation\": \"-Oz\", \"value\": %.3f, \"unit\": \"ns\", "
        "\"spread\": 0, %s}",
        name, value, floor_and_ratio.c_str());
  };
  const std::string none = R"("floor": null, "ratio": null)";
  call_row("config", calls.config_ns, none);
  call_row("clock", calls.clock_ns,
           "\"floor\": " + std::to_string(calls.native_clock_ns) +
               ", \"ratio\": " + std::to_string(calls.clock_ns / calls.native_clock_ns));
  call_row("random", calls.random_ns, none);
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
