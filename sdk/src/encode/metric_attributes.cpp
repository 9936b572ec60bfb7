#include "encode/metric_attributes.h"

#include "encode/otlp_values.h"
#include "measure/attribute_set.h"

namespace afterglow::encode {
namespace {

using measure::StoredReader;

// Values made from a double would link the formatter; the table brings it where one was recorded.
void write_double(JsonWriter& out, double value, detail::FormatDouble format) {
  if (value - value != 0 || format == nullptr) {
    return write_value(out, Value::unformatted(value));
  }
  char digits[32];
  out.raw(R"({"doubleValue":)").raw({digits, format(value, digits)}).raw("}");
}

void write_value(JsonWriter& out, StoredReader& reader, detail::FormatDouble format);

void write_array(JsonWriter& out, StoredReader& reader, detail::FormatDouble format) {
  out.raw(R"({"arrayValue":{"values":[)");
  const auto count = reader.take<std::uint32_t>();
  for (std::uint32_t i = 0; i < count; ++i) {
    out.raw(i == 0 ? "" : ",");
    write_value(out, reader, format);
  }
  out.raw("]}}");
}

void write_map(JsonWriter& out, StoredReader& reader, detail::FormatDouble format) {
  out.raw(R"({"kvlistValue":{"values":[)");
  const auto count = reader.take<std::uint32_t>();
  for (std::uint32_t i = 0; i < count; ++i) {
    reader.skip(sizeof(ValueType));  // keys are strings
    const auto length = reader.take<std::uint32_t>();
    out.raw(i == 0 ? R"({"key":)" : R"(,{"key":)").string(reader.take_text(length));
    out.raw(R"(,"value":)");
    write_value(out, reader, format);
    out.raw("}");
  }
  out.raw("]}}");
}

Value take_text(StoredReader& reader, ValueType type) {
  const std::string_view text = reader.take_text(reader.take<std::uint32_t>());
  if (type == ValueType::String) {
    return text;
  }
  return Value::bytes({reinterpret_cast<const std::byte*>(text.data()), text.size()});
}

void write_value(JsonWriter& out, StoredReader& reader, detail::FormatDouble format) {
  switch (const auto type = reader.take<ValueType>(); type) {
    case ValueType::Empty:
      return write_value(out, Value());
    case ValueType::Bool:
      return write_value(out, reader.take<bool>());
    case ValueType::Int:
      return write_value(out, reader.take<std::int64_t>());
    case ValueType::Double:
      return write_double(out, reader.take<double>(), format);
    case ValueType::String:
    case ValueType::Bytes:
      return write_value(out, take_text(reader, type));
    case ValueType::Array:
      return write_array(out, reader, format);
    case ValueType::Map:
      return write_map(out, reader, format);
  }
}

}  // namespace

void write_attributes(JsonWriter& out, const measure::PointView& view) {
  if (view.point->is_overflow) {
    out.raw(R"(,"attributes":[{"key":"otel.metric.overflow","value":{"boolValue":true}}])");
    return;
  }
  StoredReader reader(view.table->at<std::byte>(view.point->attributes));
  for (std::uint16_t i = 0; i < view.point->attribute_count; ++i) {
    std::uint32_t value_bytes = 0;
    out.raw(i == 0 ? R"(,"attributes":[{"key":)" : R"(,{"key":)");
    out.string(reader.take_key(value_bytes)).raw(R"(,"value":)");
    write_value(out, reader, view.table->format_double);
    out.raw("}");
  }
  out.raw(view.point->attribute_count != 0 ? "]" : "");
}

}  // namespace afterglow::encode
