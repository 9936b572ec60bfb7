#include "trace_document.h"

#include <algorithm>
#include <utility>

#include "otlp_json.h"

namespace demo {

namespace {

std::string hex_id(const Json& object, const char* name, std::size_t digits, bool optional) {
  std::string id = text_of(object, name);
  if (id.empty() && optional) {
    return id;
  }
  const bool all_hex = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (id.size() != digits || !all_hex || id.find_first_not_of('0') == id.npos) {
    refuse(std::string(name) + " is not " + std::to_string(digits) + " hex digits: \"" + id + '"');
  }
  return id;
}

TraceSpan read_span(const Json& span, const std::string& service) {
  TraceSpan result;
  result.service = service;
  result.trace_id = hex_id(span, "traceId", 32, false);
  result.span_id = hex_id(span, "spanId", 16, false);
  result.parent_span_id = hex_id(span, "parentSpanId", 16, true);
  result.name = text_of(span, "name");
  result.kind = small_number_of(span, "kind");
  result.start_unix_nano = count_of(span, "startTimeUnixNano");
  result.end_unix_nano = count_of(span, "endTimeUnixNano");
  if (result.end_unix_nano < result.start_unix_nano) {
    refuse("span \"" + result.name + "\" ends before it starts");
  }
  if (const Json* status = member(span, "status")) {
    result.status = small_number_of(*status, "code");
    result.status_message = text_of(*status, "message");
  }
  for_each(span, "attributes", [&result](const Json& attribute) {
    const Json* value = member(attribute, "value");
    if (value != nullptr && member(*value, "stringValue") != nullptr) {
      result.attributes.push_back({text_of(attribute, "key"), text_of(*value, "stringValue")});
    }
  });
  for_each(span, "events", [&result](const Json& event) {
    result.events.push_back({text_of(event, "name"), count_of(event, "timeUnixNano")});
  });
  return result;
}

}  // namespace

std::optional<std::vector<TraceSpan>> parse_traces(std::string_view json, std::string& error) {
  std::vector<TraceSpan> spans;
  const bool good = read_document(json, error, [&spans](const Json& document) {
    for_each(document, "resourceSpans", [&spans](const Json& resource_spans) {
      const std::string service = resource_text(resource_spans, "service.name", "unknown_service");
      for_each(resource_spans, "scopeSpans", [&](const Json& scope_spans) {
        for_each(scope_spans, "spans",
                 [&](const Json& span) { spans.push_back(read_span(span, service)); });
      });
    });
  });
  return good ? std::optional(std::move(spans)) : std::nullopt;
}

}  // namespace demo
