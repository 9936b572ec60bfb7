#include "encode/resource_text.h"

#include <cstddef>

namespace afterglow::encode {
namespace {

// Takes `literal` off the beginning of `text`; false when it does not begin so.
bool take(std::string_view& text, std::string_view literal) {
  if (text.size() < literal.size() || std::string_view(text.data(), literal.size()) != literal) {
    return false;
  }
  text.remove_prefix(literal.size());
  return true;
}

// Takes one JSON value, of any kind, off the beginning of `text`, which is JSON.
std::string_view take_value(std::string_view& text) {
  std::size_t depth = 0;
  bool in_string = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      at += c == '\\' ? 1U : 0U;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
      break;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  const std::string_view value(text.data(), at < text.size() ? at : text.size());
  text.remove_prefix(value.size());
  return value;
}

ResourceValue scalar_of(std::string_view value) {
  if (take(value, R"({"intValue":")")) {  // a number in quotes
    return {{value.data(), value.find('"')}, true};
  }
  for (const std::string_view type :
       {R"({"stringValue":)", R"({"boolValue":)", R"({"doubleValue":)"}) {
    if (take(value, type)) {
      return {take_value(value), true};
    }
  }
  return {};
}

}  // namespace

std::string_view ResourceValue::text() const {
  const bool is_string = json.size() >= 2 && json.front() == '"';
  return is_string ? std::string_view(json.data() + 1, json.size() - 2) : std::string_view();
}

bool begin_resource(std::string_view& resource) {
  return take(resource, R"({"attributes":[)");
}

bool next_in_resource(std::string_view& resource, std::string_view& key, ResourceValue& value) {
  if (!take(resource, R"({"key":)")) {
    return false;
  }
  key = ResourceValue{take_value(resource), true}.text();
  take(resource, R"(,"value":)");
  value = scalar_of(take_value(resource));
  take(resource, "}");
  take(resource, ",");
  return true;
}

ResourceValue find_in_resource(std::string_view resource, std::string_view key) {
  std::string_view found;
  ResourceValue value;
  begin_resource(resource);
  while (next_in_resource(resource, found, value)) {
    if (found == key) {
      return value;
    }
  }
  return {};
}

}  // namespace afterglow::encode
