#include "origin.h"

#include <httplib.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <thread>

namespace demo {

namespace {

/// Duplicates joined by ", ", as HTTP does it.
std::string traceparent_of(const httplib::Request& request) {
  std::string joined;
  for (std::size_t i = 0; i < request.get_header_value_count("traceparent"); ++i) {
    joined += (i == 0 ? "" : ", ") + request.get_header_value("traceparent", i);
  }
  return joined;
}

std::string cart_json(const std::string& traceparent) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
  json.StartObject();
  json.Key("items");
  json.StartArray();
  for (const char* sku : {"lamp-3", "desk-1", "chair-2"}) {
    json.StartObject();
    json.Key("sku");
    json.String(sku);
    json.EndObject();
  }
  json.EndArray();
  json.Key("received_traceparent");
  json.String(traceparent.c_str(), static_cast<rapidjson::SizeType>(traceparent.size()));
  json.EndObject();
  return buffer.GetString();
}

void answer(const httplib::Request& request, httplib::Response& response, int status) {
  const std::string traceparent = traceparent_of(request);
  if (!traceparent.empty()) {
    response.set_header("x-received-traceparent", traceparent);
  }
  response.status = status;
  response.set_content(status == 200 ? cart_json(traceparent) : "{\"error\":\"out of order\"}",
                       "application/json");
}

}  // namespace

void add_origin(httplib::Server& server, std::chrono::milliseconds slow) {
  using httplib::Request;
  using httplib::Response;
  server.Get("/carts/.*",
             [](const Request& request, Response& response) { answer(request, response, 200); });
  server.Get("/slow/.*", [slow](const Request& request, Response& response) {
    std::this_thread::sleep_for(slow);  // being slow is what this path is for
    answer(request, response, 200);
  });
  server.Get("/fail/.*",
             [](const Request& request, Response& response) { answer(request, response, 503); });
  server.Get("/health", [](const Request&, Response& response) {
    response.set_content("ok\n", "text/plain");
  });
}

}  // namespace demo
