// afterglow-demo: what the demo and the tests need around an edge host.
//
//   afterglow-demo origin    the service behind the edge
//   afterglow-demo receiver  takes OTLP/HTTP with JSON, draws each trace and the metrics so far
//   afterglow-demo draw      draws the documents of traces and metrics on stdin, one a line

#include <httplib.h>
#include <pthread.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>

#include "metric_document.h"
#include "metric_table.h"
#include "metric_totals.h"
#include "origin.h"
#include "receiver.h"
#include "trace_document.h"
#include "waterfall.h"

namespace {

constexpr int kBadInput = 2;
constexpr int kCannotListen = 3;

struct Options {
  std::string host = "127.0.0.1";
  int port = 0;
  int slow_ms = 300;
  int exit_after = 0;
};

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

/// Serve until SIGINT or SIGTERM.
int serve(httplib::Server& server, const Options& options) {
  constexpr std::size_t kThreads = 64;  // each open connection holds one
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_tcp_nodelay(true);
  const int port = options.port == 0 ? server.bind_to_any_port(options.host)
                   : server.bind_to_port(options.host, options.port) ? options.port
                                                                     : -1;
  if (port < 0) {
    std::fprintf(stderr, "afterglow-demo: cannot listen on %s:%d\n", options.host.c_str(),
                 options.port);
    return kCannotListen;
  }
  std::fprintf(stderr, "listening on http://%s:%d\n", options.host.c_str(), port);
  std::thread thread([&server] { server.listen_after_bind(); });
  const sigset_t signals = stop_signals();
  int signal = 0;
  sigwait(&signals, &signal);
  while (!server.is_running()) {  // it forgets a stop that comes before it runs
    std::this_thread::yield();
  }
  server.stop();
  thread.join();
  return 0;
}

int origin(const Options& options) {
  httplib::Server server;
  demo::add_origin(server, std::chrono::milliseconds(options.slow_ms));
  return serve(server, options);
}

int receiver(const Options& options) {
  httplib::Server server;
  std::atomic<int> drawn = 0;
  demo::add_receiver(server, [&drawn, &options](const std::string& drawing) {
    std::printf("\n%s", drawing.c_str());
    std::fflush(stdout);
    if (++drawn == options.exit_after) {
      kill(getpid(), SIGTERM);  // `serve` waits for it and lets the answer leave first
    }
  });
  return serve(server, options);
}

int draw() {
  std::string line;
  demo::MetricTotals totals;
  while (std::getline(std::cin, line)) {
    std::string error;
    const auto spans = demo::parse_traces(line, error);  // a document of metrics has none
    const auto points = spans ? demo::parse_metrics(line, error) : std::nullopt;
    if (!points) {
      std::fprintf(stderr, "afterglow-demo: %s\n", error.c_str());
      return kBadInput;
    }
    totals.add(*points);
    std::cout << demo::draw_waterfall(*spans, demo::style_of(STDOUT_FILENO));
  }
  std::cout << demo::draw_metrics(totals, demo::style_of(STDOUT_FILENO));
  return 0;
}

void add_listen(CLI::App& app, Options& options) {
  app.add_option("--host", options.host, "Address to listen on");
  app.add_option("--port", options.port, "0: the system picks one")->check(CLI::Range(0, 65535));
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Servers around an edge host: a backend, and a receiver that draws telemetry.",
               "afterglow-demo");
  app.require_subcommand(1);
  app.option_defaults()->always_capture_default();
  CLI::App* origin_command = app.add_subcommand("origin", "The service that knows the carts");
  add_listen(*origin_command, options);
  origin_command->add_option("--slow-ms", options.slow_ms, "How slow /slow/NAME is")
      ->check(CLI::Range(0, 60'000));
  CLI::App* receiver_command =
      app.add_subcommand("receiver", "Takes OTLP/HTTP with JSON, draws traces and metrics");
  add_listen(*receiver_command, options);
  receiver_command->add_option("--exit-after", options.exit_after,
                               "Stop after that many documents; 0: never");
  CLI::App* draw_command = app.add_subcommand("draw", "Draws the documents on stdin, one a line");
  CLI11_PARSE(app, argc, argv);

  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  if (draw_command->parsed()) {
    return draw();
  }
  return origin_command->parsed() ? origin(options) : receiver(options);
}
