#include "receiver.h"

#include <httplib.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <mutex>
#include <utility>

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

}  // namespace

void add_receiver(httplib::Server& server, std::function<void(const std::string&)> draw) {
  constexpr std::size_t kMaxBodyBytes = 16 * 1024 * 1024;
  server.set_payload_max_length(kMaxBodyBytes);
  auto one_at_a_time = std::make_shared<std::mutex>();
  server.Post("/v1/traces", [draw = std::move(draw), one_at_a_time](const httplib::Request& request,
                                                                    httplib::Response& response) {
    std::string error;
    const auto spans = is_json(request) ? parse_traces(request.body, error) : std::nullopt;
    if (!spans) {
      response.status = is_json(request) ? 400 : 415;
      response.set_content(status_json(is_json(request) ? error : "this receiver reads JSON only"),
                           "application/json");
      std::fprintf(stderr, "refused a trace document: %s\n",
                   is_json(request) ? error.c_str() : "not application/json");
      return;
    }
    response.set_content("{}", "application/json");
    const std::lock_guard lock(*one_at_a_time);
    draw(draw_waterfall(*spans, style_of(STDOUT_FILENO)));
  });
}

}  // namespace demo
