#include "receiver.h"

#include <httplib.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "metric_document.h"
#include "metric_table.h"
#include "metric_totals.h"
#include "trace_document.h"
#include "waterfall.h"

namespace demo {

namespace {

/// The body of an OTLP error: a google.rpc.Status.
std::string status_json(const std::string& message) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
  json.StartObject();
  json.Key("message");
  json.String(message.c_str(), static_cast<rapidjson::SizeType>(message.size()));
  json.EndObject();
  return buffer.GetString();
}

bool is_json(const httplib::Request& request) {
  const std::string type = request.get_header_value("Content-Type");
  return type.substr(0, type.find(';')) == "application/json";
}

/// What a document of a path draws; nothing, and `error`, for a bad one.
using Drawing = std::function<std::optional<std::string>(const std::string& body, std::string&)>;

void add_path(httplib::Server& server, const char* path, Drawing drawing,
              std::function<void(const std::string&)> draw,
              std::shared_ptr<std::mutex> one_at_a_time) {
  server.Post(path, [=](const httplib::Request& request, httplib::Response& response) {
    const std::lock_guard lock(*one_at_a_time);
    std::string error = "this receiver reads JSON only";
    const auto drawn = is_json(request) ? drawing(request.body, error) : std::nullopt;
    if (!drawn) {
      response.status = is_json(request) ? 400 : 415;
      response.set_content(status_json(error), "application/json");
      std::fprintf(stderr, "refused a document for %s: %s\n", path, error.c_str());
      return;
    }
    response.set_content("{}", "application/json");
    draw(*drawn);
  });
}

}  // namespace

void add_receiver(httplib::Server& server, std::function<void(const std::string&)> draw) {
  constexpr std::size_t kMaxBodyBytes = 16 * 1024 * 1024;
  server.set_payload_max_length(kMaxBodyBytes);
  auto one_at_a_time = std::make_shared<std::mutex>();
  auto totals = std::make_shared<MetricTotals>();
  const auto traces = [](const std::string& body, std::string& error) {
    const auto spans = parse_traces(body, error);
    return spans ? std::optional(draw_waterfall(*spans, style_of(STDOUT_FILENO))) : std::nullopt;
  };
  const auto metrics = [totals](const std::string& body, std::string& error) {
    const auto points = parse_metrics(body, error);
    totals->add(points.value_or(std::vector<MetricPoint>()));
    return points ? std::optional(draw_metrics(*totals, style_of(STDOUT_FILENO))) : std::nullopt;
  };
  add_path(server, "/v1/traces", traces, draw, one_at_a_time);
  add_path(server, "/v1/metrics", metrics, draw, one_at_a_time);
}

}  // namespace demo
