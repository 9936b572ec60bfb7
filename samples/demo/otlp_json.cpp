#include "otlp_json.h"

#include <rapidjson/error/en.h>

#include <charconv>
#include <stdexcept>

namespace demo {

namespace {

template <class Number>
Number decimal(const Json& value, const std::string& what) {
  if (!value.IsString()) {
    refuse(what + " is not a string");
  }
  const std::string_view digits(value.GetString(), value.GetStringLength());
  Number number = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || failed != std::errc{} || end != digits.data() + digits.size()) {
    refuse(what + " is not a decimal number");
  }
  return number;
}

const Json& needed(const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (value == nullptr) {
    refuse(std::string(name) + " is missing");
  }
  return *value;
}

}  // namespace

void refuse(const std::string& what) {
  throw std::invalid_argument(what);
}

const Json* member(const Json& object, const char* name) {
  if (!object.IsObject()) {
    refuse("expected an object around \"" + std::string(name) + '"');
  }
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string text_of(const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (value == nullptr) {
    return {};
  }
  if (!value->IsString()) {
    refuse(std::string(name) + " is not a string");
  }
  return {value->GetString(), value->GetStringLength()};
}

int small_number_of(const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (value == nullptr) {
    return 0;
  }
  if (!value->IsInt()) {
    refuse(std::string(name) + " is not an integer");
  }
  return value->GetInt();
}

std::uint64_t count_of(const Json& value, const std::string& what) {
  return value.IsUint64() ? value.GetUint64() : decimal<std::uint64_t>(value, what);
}

std::uint64_t count_of(const Json& object, const char* name) {
  return count_of(needed(object, name), std::string(name));
}

std::int64_t integer_of(const Json& object, const char* name) {
  const Json& value = needed(object, name);
  return value.IsInt64() ? value.GetInt64() : decimal<std::int64_t>(value, name);
}

double real_of(const Json& object, const char* name) {
  const Json& value = needed(object, name);
  if (!value.IsNumber()) {
    refuse(std::string(name) + " is not a number");
  }
  return value.GetDouble();
}

std::string resource_text(const Json& resource_item, std::string_view key, std::string otherwise) {
  if (const Json* resource = member(resource_item, "resource")) {
    for_each(*resource, "attributes", [&](const Json& attribute) {
      const Json* value = member(attribute, "value");
      if (text_of(attribute, "key") == key && value != nullptr) {
        otherwise = text_of(*value, "stringValue");
      }
    });
  }
  return otherwise;
}

std::string parse(std::string_view json, rapidjson::Document& document) {
  // Iterative: deep nesting must not exhaust the stack.
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
      json.data(), json.size());
  return document.HasParseError()
             ? std::string("not JSON: ") + rapidjson::GetParseError_En(document.GetParseError()) +
                   " At byte " + std::to_string(document.GetErrorOffset()) + '.'
             : std::string();
}

}  // namespace demo
