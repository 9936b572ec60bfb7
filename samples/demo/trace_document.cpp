#include "trace_document.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace demo {

namespace {

using Json = rapidjson::Value;

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument(what);
}

const Json* member(const Json& object, const char* name) {
  if (!object.IsObject()) {
    refuse("expected an object around \"" + std::string(name) + '"');
  }
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string text(const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (value == nullptr) {
    return {};
  }
  if (!value->IsString()) {
    refuse(std::string(name) + " is not a string");
  }
  return {value->GetString(), value->GetStringLength()};
}

int small_number(const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (value == nullptr) {
    return 0;
  }
  if (!value->IsInt()) {
    refuse(std::string(name) + " is not an integer");
  }
  return value->GetInt();
}

/// 64-bit integers are decimal strings in OTLP/JSON; numbers are to be accepted too.
std::uint64_t time(const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (value != nullptr && value->IsUint64()) {
    return value->GetUint64();
  }
  const std::string digits = text(object, name);
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || failed != std::errc{} || end != digits.data() + digits.size()) {
    refuse(std::string(name) + " is not a decimal number");
  }
  return number;
}

std::string hex_id(const Json& object, const char* name, std::size_t digits, bool optional) {
  std::string id = text(object, name);
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

template <class Visit>
void for_each(const Json& object, const char* name, Visit&& visit) {
  const Json* list = member(object, name);
  if (list == nullptr) {
    return;
  }
  if (!list->IsArray()) {
    refuse(std::string(name) + " is not an array");
  }
  for (const Json& item : list->GetArray()) {
    visit(item);
  }
}

std::string service_name(const Json& resource_spans) {
  std::string name = "unknown_service";
  if (const Json* resource = member(resource_spans, "resource")) {
    for_each(*resource, "attributes", [&name](const Json& attribute) {
      const Json* value = member(attribute, "value");
      if (text(attribute, "key") == "service.name" && value != nullptr) {
        name = text(*value, "stringValue");
      }
    });
  }
  return name;
}

TraceSpan read_span(const Json& span, const std::string& service) {
  TraceSpan result;
  result.service = service;
  result.trace_id = hex_id(span, "traceId", 32, false);
  result.span_id = hex_id(span, "spanId", 16, false);
  result.parent_span_id = hex_id(span, "parentSpanId", 16, true);
  result.name = text(span, "name");
  result.kind = small_number(span, "kind");
  result.start_unix_nano = time(span, "startTimeUnixNano");
  result.end_unix_nano = time(span, "endTimeUnixNano");
  if (result.end_unix_nano < result.start_unix_nano) {
    refuse("span \"" + result.name + "\" ends before it starts");
  }
  if (const Json* status = member(span, "status")) {
    result.status = small_number(*status, "code");
    result.status_message = text(*status, "message");
  }
  for_each(span, "attributes", [&result](const Json& attribute) {
    const Json* value = member(attribute, "value");
    if (value != nullptr && member(*value, "stringValue") != nullptr) {
      result.attributes.push_back({text(attribute, "key"), text(*value, "stringValue")});
    }
  });
  for_each(span, "events", [&result](const Json& event) {
    result.events.push_back({text(event, "name"), time(event, "timeUnixNano")});
  });
  return result;
}

}  // namespace

std::optional<std::vector<TraceSpan>> parse_traces(std::string_view json, std::string& error) {
  rapidjson::Document document;
  // Iterative: deep nesting must not exhaust the stack.
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
      json.data(), json.size());
  if (document.HasParseError()) {
    error = std::string("not JSON: ") + rapidjson::GetParseError_En(document.GetParseError()) +
            " At byte " + std::to_string(document.GetErrorOffset()) + '.';
    return std::nullopt;
  }
  try {
    std::vector<TraceSpan> spans;
    for_each(document, "resourceSpans", [&spans](const Json& resource_spans) {
      const std::string service = service_name(resource_spans);
      for_each(resource_spans, "scopeSpans", [&](const Json& scope_spans) {
        for_each(scope_spans, "spans",
                 [&](const Json& span) { spans.push_back(read_span(span, service)); });
      });
    });
    return spans;
  } catch (const std::invalid_argument& refused) {
    error = refused.what();
    return std::nullopt;
  }
}

}  // namespace demo
