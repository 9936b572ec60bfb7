// afterglow-host: serves HTTP requests with a WebAssembly module. See README.md.

#include <afterglow/embed/exporter.h>
#include <curl/curl.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <thread>

#include "backends.h"
#include "exit_code.h"
#include "flush_thread.h"
#include "http_front.h"
#include "instance.h"
#include "metrics_answer.h"
#include "options.h"
#include "pool.h"
#include "program.h"

namespace {

using namespace edge_host;
namespace embed = afterglow::embed;

/// Of what is still unsent when the host is told to stop.
constexpr std::chrono::milliseconds kDrainPatience{15'000};

embed::Options exporter_options(const Options& options) {
  embed::Options result;
  if (!options.collector.empty()) {
    result.destinations[""] = {.url = options.collector,
                               .headers = options.collector_headers,
                               .timeout = options.collector_timeout,
                               .ca_file = {}};
  }
  result.any_url = options.any_backend;
  result.config.insert(options.config.begin(), options.config.end());
  result.sending = options.wait ? embed::Sending::Wait : embed::Sending::Queue;
  result.log = [](const embed::LogLine& line) {
    std::fprintf(stderr, "module: %.*s\n", static_cast<int>(line.message.size()),
                 line.message.data());
  };
  result.on_loss = [](const embed::Loss& loss) {
    const std::string_view reason = embed::name(loss.reason);
    std::fprintf(stderr, "afterglow-host: telemetry lost: %.*s, %zu bytes, HTTP %u %.*s\n",
                 static_cast<int>(reason.size()), reason.data(), loss.body_bytes, loss.http_status,
                 static_cast<int>(loss.detail.size()), loss.detail.data());
  };
  return result;
}

InstanceOptions instance_options(const Options& options) {
  constexpr std::chrono::milliseconds kOverCollector{5'000};
  return {.memory_limit_bytes = options.memory_limit_mib * 1024 * 1024,
          .start_timeout = std::chrono::milliseconds(5'000),
          .hook_timeout = options.collector_timeout + kOverCollector,
          .watch = {.count_calls = options.count_calls, .print_sends = options.print}};
}

/// Before anybody waits for an answer: does the module start at all?
bool starts(Program& program, Backends& backends, embed::Exporter& exporter,
            const InstanceOptions& options) {
  bool works = true;
  const auto instance =
      std::make_shared<Instance>(program, backends, exporter, options,
                                 [&works](Instance&, bool broken) { works = works && !broken; });
  instance->close();
  instance->run();
  return works;
}

/// Serves /metrics on a thread of its own, where that was asked for.
class MetricsFront {
 public:
  explicit MetricsFront(const MetricTotals& totals)
      : front_(std::chrono::seconds(10), 16, [&totals](const std::shared_ptr<Exchange>& exchange) {
          exchange->answer(metrics_answer(exchange->request(), totals));
        }) {}
  ~MetricsFront() {
    if (server_.joinable()) {
      front_.stop();
      server_.join();
    }
  }
  MetricsFront(const MetricsFront&) = delete;
  MetricsFront& operator=(const MetricsFront&) = delete;

  /// False: cannot listen there.
  bool start(const std::string& host, int port) {
    const int bound = front_.bind(host, port);
    if (bound < 0) {
      std::fprintf(stderr, "afterglow-host: cannot listen on %s:%d\n", host.c_str(), port);
      return false;
    }
    std::printf("metrics at http://%s:%d/metrics\n", host.c_str(), bound);
    server_ = std::thread([this] { front_.run(); });
    return true;
  }

 private:
  HttpFront front_;
  std::thread server_;
};

/// Serve until SIGINT or SIGTERM, which the caller has blocked in every thread.
int serve(const Options& options, Pool& pool, const MetricTotals& totals) {
  MetricsFront metrics(totals);
  if (!options.metrics_host.empty() && !metrics.start(options.metrics_host, options.metrics_port)) {
    return kExitCannotListen;
  }
  constexpr std::size_t kSpareConnections = 64;  // idle ones hold a thread each
  HttpFront front(
      options.timeout, options.instances * options.concurrent + kSpareConnections,
      [&pool](std::shared_ptr<Exchange> exchange) { pool.dispatch(std::move(exchange)); });
  const int port = front.bind(options.host, options.port);
  if (port < 0) {
    std::fprintf(stderr, "afterglow-host: cannot listen on %s:%d\n", options.host.c_str(),
                 options.port);
    return kExitCannotListen;
  }
  std::printf("listening on http://%s:%d\n", options.host.c_str(), port);
  std::fflush(stdout);
  std::thread server([&front] { front.run(); });
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  int signal = 0;
  sigwait(&stops, &signal);
  std::fprintf(stderr, "afterglow-host: stopping; once more to stop at once\n");
  pthread_sigmask(SIG_UNBLOCK, &stops, nullptr);
  front.stop();
  server.join();
  pool.close();
  return kExitDone;
}

int run(const Options& options) {
  Program program(options.module_path, {.instances = options.instances,
                                        .memory_bytes = options.memory_limit_mib * 1024 * 1024});
  embed::Exporter exporter(exporter_options(options));
  Backends backends(options.backends, options.any_backend);
  InstanceOptions limits = instance_options(options);
  if (!starts(program, backends, exporter, limits)) {
    return kExitModule;
  }
  MetricTotals totals;
  limits.metrics = options.metrics_host.empty() ? nullptr : &totals;
  FlushThread flush_thread(std::max<std::size_t>(1, options.instances / 2));
  // An instance that waits for the collector would keep the others from flushing.
  limits.flush_thread = options.wait ? nullptr : &flush_thread;
  Pool pool({.requests_per_instance = options.requests_per_instance,
             .instances = options.instances,
             .concurrent_per_instance = options.concurrent},
            [&](const Pool::RequestDone& done) {
              return std::make_shared<Instance>(program, backends, exporter, limits, done);
            });
  const int code = serve(options, pool, totals);
  exporter.drain(kDrainPatience);
  const embed::ExportCounts counts = exporter.counts();
  std::fprintf(stderr, "afterglow-host: telemetry bodies: %llu taken, %llu delivered\n",
               static_cast<unsigned long long>(counts.accepted),
               static_cast<unsigned long long>(counts.delivered));
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (const int code = parse_options(argc, argv, options); code >= 0) {
    return code;
  }
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  try {
    return run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "afterglow-host: %s\n", error.what());
    return kExitModule;
  }
}
