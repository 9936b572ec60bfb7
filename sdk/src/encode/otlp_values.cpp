#include "encode/otlp_values.h"

#include <limits>

#include "record/attribute_list.h"

namespace afterglow::encode {
namespace {

using record::StoredValue;

void write_bool(JsonWriter& out, bool value) {
  if (value) {
    out.put(R"({"boolValue":true})");
  } else {
    out.put(R"({"boolValue":false})");
  }
}

void write_int(JsonWriter& out, std::int64_t value) {
  out.put(R"({"intValue":)").quoted(value).put('}');
}

void write_string(JsonWriter& out, std::string_view value) {
  out.put(R"({"stringValue":)").string(value).put('}');
}

void write_bytes(JsonWriter& out, std::string_view bytes) {
  out.raw(R"({"bytesValue":)")
      .base64({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})
      .raw("}");
}

void write_double(JsonWriter& out, double value, detail::FormatDouble format) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (value != value) {
    out.raw(R"({"doubleValue":"NaN"})");
  } else if (value == kInfinity) {
    out.raw(R"({"doubleValue":"Infinity"})");
  } else if (value == -kInfinity) {
    out.raw(R"({"doubleValue":"-Infinity"})");
  } else if (format == nullptr) {
    out.raw("{}");
  } else {
    char digits[32];
    out.raw(R"({"doubleValue":)").raw({digits, format(value, digits)}).raw("}");
  }
}

void write_value(JsonWriter& out, const Value& value, unsigned depth);

void write_element(JsonWriter& out, const Value& array, std::uint32_t index, unsigned depth) {
  switch (array.element_type()) {
    case ValueType::Bool:
      return write_bool(out, static_cast<const bool*>(array.data())[index]);
    case ValueType::Int:
      return write_int(out, static_cast<const std::int64_t*>(array.data())[index]);
    case ValueType::Double:
      return write_double(out, static_cast<const double*>(array.data())[index],
                          array.format_double());
    case ValueType::String:
      return write_string(out, static_cast<const std::string_view*>(array.data())[index]);
    default:
      return write_value(out, static_cast<const Value*>(array.data())[index], depth);
  }
}

void write_array(JsonWriter& out, const Value& array, unsigned depth) {
  out.raw(R"({"arrayValue":{"values":[)");
  for (std::uint32_t i = 0; i < array.count(); ++i) {
    out.raw(i == 0 ? "" : ",");
    write_element(out, array, i, depth);
  }
  out.raw("]}}");
}

void write_map(JsonWriter& out, const Value& map, unsigned depth) {
  out.raw(R"({"kvlistValue":{"values":[)");
  for (std::uint32_t i = 0; i < map.count(); ++i) {
    const Attribute& entry = static_cast<const Attribute*>(map.data())[i];
    out.raw(i == 0 ? R"({"key":)" : R"(,{"key":)").string(entry.key.text()).raw(R"(,"value":)");
    write_value(out, entry.value, depth);
    out.raw("}");
  }
  out.raw("]}}");
}

// Writes a value that the program holds.
void write_value(JsonWriter& out, const Value& value, unsigned depth) {
  switch (value.type()) {
    case ValueType::Empty:
      return static_cast<void>(out.raw("{}"));
    case ValueType::Bool:
      return write_bool(out, value.as_bool());
    case ValueType::Int:
      return write_int(out, value.as_int());
    case ValueType::Double:
      return write_double(out, value.as_double(), value.format_double());
    case ValueType::String:
      return write_string(out, value.as_string());
    case ValueType::Bytes:
      return write_bytes(out, {static_cast<const char*>(value.data()), value.count()});
    case ValueType::Array:
      return depth == 0 ? static_cast<void>(out.raw("{}")) : write_array(out, value, depth - 1);
    case ValueType::Map:
      return depth == 0 ? static_cast<void>(out.raw("{}")) : write_map(out, value, depth - 1);
  }
}

// Writes values that lie in the pages.
class StoredValues {
 public:
  StoredValues(JsonWriter& out, const record::Recorder& recorder)
      : out_(out), recorder_(recorder) {}

  void write(const StoredValue& value) const {
    switch (value.type) {
      case ValueType::Empty:
        out_.raw("{}");
        break;
      case ValueType::Bool:
        write_bool(out_, value.number != 0);
        break;
      case ValueType::Int:
        write_int(out_, value.number);
        break;
      case ValueType::Double:
        write_double(out_, value.real, recorder_.format_double);
        break;
      case ValueType::String:
        write_string(out_, text(value));
        break;
      case ValueType::Bytes:
        write_bytes(out_, text(value));
        break;
      case ValueType::Array:
        write_array(value);
        break;
      case ValueType::Map:
        write_map(value);
        break;
    }
  }

 private:
  [[nodiscard]] std::string_view text(const StoredValue& value) const {
    return recorder_.text({value.data, value.count});
  }

  void write_array(const StoredValue& array) const {
    out_.raw(R"({"arrayValue":{"values":[)");
    const auto* elements = recorder_.at<StoredValue>(array.data);
    for (std::uint32_t i = 0; i < array.count; ++i) {
      out_.raw(i == 0 ? "" : ",");
      write(elements[i]);
    }
    out_.raw("]}}");
  }

  void write_map(const StoredValue& map) const {
    out_.raw(R"({"kvlistValue":{"values":[)");
    const auto* entries = recorder_.at<StoredValue>(map.data);
    for (std::uint32_t i = 0; i < map.count; ++i) {
      out_.raw(i == 0 ? R"({"key":)" : R"(,{"key":)").string(text(entries[2 * i]));
      out_.raw(R"(,"value":)");
      write(entries[2 * i + 1]);
      out_.raw("}");
    }
    out_.raw("]}}");
  }

  JsonWriter& out_;
  const record::Recorder& recorder_;
};

// From the comma or bracket before it to the value. The bytes of a literal key are its JSON form.
void write_key(JsonWriter& out, const record::Recorder& recorder,
               const record::AttributeRecord& attribute, char before) {
  const std::string_view key = record::key_text(recorder.pages, attribute);
  if (attribute.key_is_stored) {
    out.put(before, R"({"key":)").string(key).put(R"(,"value":)");
  } else {
    out.put(before, R"({"key":")", Verbatim{key}, R"(","value":)");
  }
}

void write_record(JsonWriter& out, const record::Recorder& recorder,
                  const record::AttributeRecord& attribute) {
  if (attribute.type == ValueType::String) {  // most are
    out.put(R"({"stringValue":)").string(recorder.text({attribute.data, attribute.count}));
    out.put("}}");
    return;
  }
  StoredValue value;
  value.type = attribute.type;
  value.count = attribute.count;
  value.number = attribute.number;  // the widest member carries the others' bits
  StoredValues(out, recorder).write(value);
  out.put('}');
}

}  // namespace

void write_attributes(JsonWriter& out, const record::Recorder& recorder, const record::List& list) {
  if (list.count != 0) {
    out.put(R"(,"attributes":)");
    char before = '[';
    for (record::Offset offset = list.first; offset != 0; before = ',') {
      const auto& attribute = *recorder.at<record::AttributeRecord>(offset);
      write_key(out, recorder, attribute, before);
      write_record(out, recorder, attribute);
      offset = attribute.next;
    }
    out.put(']');
  }
  if (list.dropped != 0) {
    out.put(R"(,"droppedAttributesCount":)", Decimal(list.dropped));
  }
}

void write_stored_value(JsonWriter& out, const record::Recorder& recorder,
                        const StoredValue& value) {
  StoredValues(out, recorder).write(value);
}

void write_value(JsonWriter& out, const Value& value) {
  write_value(out, value, Value::kMaxDepth);
}

void write_attribute(JsonWriter& out, std::string_view key, const Value& value) {
  out.raw(R"({"key":)").string(key).raw(R"(,"value":)");
  write_value(out, value, Value::kMaxDepth);
  out.raw("}");
}

}  // namespace afterglow::encode
