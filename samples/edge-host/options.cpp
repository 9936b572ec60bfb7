#include "options.h"

#include <afterglow/version.h>

#include <CLI/CLI.hpp>

#include "exit_code.h"
#include "header_block.h"

namespace edge_host {

namespace {

std::pair<std::string, std::string> split(const std::string& text, const char* flag) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == text.npos) {
    // Not the text itself: it may be a secret.
    throw CLI::ValidationError(flag, "expected NAME=VALUE");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void parse_listen(const std::string& text, const char* flag, std::string& host, int& port) {
  const auto colon = text.rfind(':');
  const std::string digits = colon == text.npos ? "" : text.substr(colon + 1);
  const bool number = !digits.empty() && digits.size() <= 5 &&
                      digits.find_first_not_of("0123456789") == digits.npos;
  if (colon == 0 || !number || std::stoi(digits) > 65535) {
    throw CLI::ValidationError(flag, "'" + text + "' is not HOST:PORT");
  }
  host = text.substr(0, colon);
  port = std::stoi(digits);
}

std::string parse_url(std::string url, const char* flag) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    throw CLI::ValidationError(flag, "'" + url + "' does not begin with http:// or https://");
  }
  while (url.ends_with('/')) {
    url.pop_back();
  }
  return url;
}

void take_headers(const std::vector<std::string>& lines, Options& options) {
  for (const std::string& line : lines) {
    auto header = split(line, "--collector-header");
    if (!is_token(header.first) || !is_header_value(header.second)) {
      throw CLI::ValidationError("--collector-header", "'" + header.first + "' cannot be sent");
    }
    options.collector_headers.push_back(std::move(header));
  }
}

/// The raw texts behind options of the form NAME=VALUE.
struct Texts {
  std::string listen = "127.0.0.1:8080";
  std::string metrics_listen;
  std::vector<std::string> headers, backends, config;
  std::int64_t timeout_ms = 10'000;
  std::int64_t collector_timeout_ms = 10'000;
};

void add_flags(CLI::App& app, Options& options, Texts& texts) {
  app.add_option("MODULE", options.module_path, "The module to run, a .wasm file")->required();
  app.add_option("--listen", texts.listen, "HOST:PORT; port 0: the system picks one");
  app.add_option("--metrics-listen", texts.metrics_listen,
                 "HOST:PORT to serve /metrics at, for Prometheus: what instances measure and keep "
                 "for the host, added up");
  app.add_option("--collector", options.collector, "OTLP/HTTP base URL that telemetry is sent to");
  app.add_option("--collector-header,--header", texts.headers,
                 "NAME=VALUE sent to the collector; never printed")
      ->take_all();
  app.add_option("--collector-timeout-ms", texts.collector_timeout_ms, "For one export")
      ->check(CLI::Range(1, 600'000));
  app.add_flag("--wait", options.wait,
               "Sending waits for the collector's answer (the instance does, no client)");
  app.add_option("--backend", texts.backends, "NAME=URL that the module may call")->take_all();
  app.add_flag(
      "--allow-any-backend", options.any_backend,
      "Let the module call, and send telemetry to, any http or https URL it names; for local use "
      "only");
  app.add_option("--config", texts.config,
                 "KEY=VALUE for the module, such as OTEL_SERVICE_NAME=shop")
      ->take_all();
  app.add_option("--reuse", options.requests_per_instance,
                 "Requests an instance serves; 1: a fresh one each, 0: no limit");
  app.add_option("--max-instances", options.instances, "Instances at once; others wait")
      ->check(CLI::Range(1, 1000));
  app.add_option("--concurrent", options.concurrent, "Requests at once in one instance")
      ->check(CLI::Range(1, 10'000));
  app.add_option("--memory-limit-mib", options.memory_limit_mib, "Memory of one instance")
      ->check(CLI::Range(1, 4096));
  app.add_option("--timeout-ms", texts.timeout_ms, "For one request; then the client gets a 504")
      ->check(CLI::Range(1, 600'000));
  app.add_flag("--print", options.print, "Print each OTLP body on stdout, a line each");
  app.add_flag("--count-calls", options.count_calls,
               "Print, on stderr, the host calls a request makes before its answer");
}

void take(const Texts& texts, Options& options) {
  parse_listen(texts.listen, "--listen", options.host, options.port);
  if (!texts.metrics_listen.empty()) {
    parse_listen(texts.metrics_listen, "--metrics-listen", options.metrics_host,
                 options.metrics_port);
  }
  if (!options.collector.empty()) {
    options.collector = parse_url(options.collector, "--collector");
  }
  take_headers(texts.headers, options);
  for (const std::string& text : texts.backends) {
    const auto [name, url] = split(text, "--backend");
    options.backends[name] = parse_url(url, "--backend");
  }
  for (const std::string& text : texts.config) {
    const auto [key, value] = split(text, "--config");
    options.config[key] = value;
  }
  options.timeout = std::chrono::milliseconds(texts.timeout_ms);
  options.collector_timeout = std::chrono::milliseconds(texts.collector_timeout_ms);
}

}  // namespace

int parse_options(int argc, char** argv, Options& options) {
  CLI::App app(
      "Serves HTTP requests with a WebAssembly module and sends its telemetry after each response.",
      "afterglow-host");
  app.set_version_flag("--version",
                       std::string("afterglow-host ") + std::string(afterglow::kVersion));
  app.footer(
      "Exit codes: 0 stopped by a signal, everything drained; 1 usage; 2 the module cannot be run; "
      "3 cannot listen.");
  app.option_defaults()->always_capture_default();
  Texts texts;
  add_flags(app, options, texts);
  try {
    app.parse(argc, argv);
    take(texts, options);
  } catch (const CLI::ParseError& stop) {
    return app.exit(stop) == 0 ? kExitDone : kExitUsage;
  }
  return -1;
}

}  // namespace edge_host
