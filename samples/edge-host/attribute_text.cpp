#include "attribute_text.h"

#include <afterglow/attribute.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>
#include <string_view>

namespace edge_host {

namespace {

using rapidjson::Value;
using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

constexpr int kMostDepth = 16;  // a module's values are as deep as it likes

std::string text_of(const Value& value) {
  if (value.IsString()) {
    return {value.GetString(), value.GetStringLength()};
  }
  if (value.IsBool()) {
    return value.GetBool() ? "true" : "false";
  }
  if (value.IsInt64()) {
    return std::to_string(value.GetInt64());
  }
  char digits[32];
  const bool is_finite = value.IsNumber() && std::isfinite(value.GetDouble());
  return is_finite
             ? std::string(digits, afterglow::detail::format_double(value.GetDouble(), digits))
             : std::string();
}

bool is(const Value::ConstMemberIterator& member, std::string_view name) {
  return name == std::string_view(member->name.GetString(), member->name.GetStringLength());
}

void write(Writer& out, const Value& value, int depth);

/// The elements of an `arrayValue` or `kvlistValue`; null when it is none.
const Value* elements_of(const Value& list) {
  if (!list.IsObject()) {
    return nullptr;
  }
  const auto values = list.FindMember("values");
  return values != list.MemberEnd() && values->value.IsArray() ? &values->value : nullptr;
}

void write_array(Writer& out, const Value& list, int depth) {
  out.StartArray();
  if (const Value* elements = elements_of(list)) {
    for (const Value& element : elements->GetArray()) {
      write(out, element, depth);
    }
  }
  out.EndArray();
}

void write_map(Writer& out, const Value& list, int depth) {
  out.StartObject();
  if (const Value* elements = elements_of(list)) {
    for (const Value& entry : elements->GetArray()) {
      if (!entry.IsObject()) {
        continue;
      }
      const auto key = entry.FindMember("key");
      const auto value = entry.FindMember("value");
      if (key != entry.MemberEnd() && key->value.IsString() && value != entry.MemberEnd()) {
        out.Key(key->value.GetString(), key->value.GetStringLength());
        write(out, value->value, depth);
      }
    }
  }
  out.EndObject();
}

void write(Writer& out, const Value& value, int depth) {
  if (depth == 0 || !value.IsObject() || value.MemberCount() == 0) {
    out.Null();
    return;
  }
  const auto member = value.MemberBegin();
  if (is(member, "arrayValue")) {
    write_array(out, member->value, depth - 1);
  } else if (is(member, "kvlistValue")) {
    write_map(out, member->value, depth - 1);
  } else {
    const std::string text = text_of(member->value);
    const bool is_text = is(member, "stringValue") || is(member, "bytesValue");
    if (is_text) {
      out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    } else {
      out.RawValue(text.data(), text.size(), rapidjson::kNumberType);
    }
  }
}

}  // namespace

std::string attribute_text(const Value& value) {
  if (!value.IsObject() || value.MemberCount() == 0) {
    return {};
  }
  const auto member = value.MemberBegin();
  if (!is(member, "arrayValue") && !is(member, "kvlistValue")) {
    return text_of(member->value);
  }
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  write(out, value, kMostDepth);
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace edge_host
