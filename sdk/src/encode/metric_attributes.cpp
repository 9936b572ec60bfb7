#include "encode/metric_attributes.h"

#include "measure/attribute_set.h"

namespace afterglow::encode {
namespace {

using measure::StoredReader;

void write_double(JsonWriter& out, double value, detail::FormatDouble format) {
  char digits[32];
  if (value != value) {
    out.raw(R"("NaN")");
  } else if (value - value != 0) {
    out.raw(value > 0 ? R"("Infinity")" : R"("-Infinity")");
  } else {
    out.raw(format == nullptr ? "0" : std::string_view(digits, format(value, digits)));
  }
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

void write_value(JsonWriter& out, StoredReader& reader, detail::FormatDouble format) {
  switch (reader.take<ValueType>()) {
    case ValueType::Empty:
      out.raw("{}");
      return;
    case ValueType::Bool:
      out.raw(reader.take<bool>() ? R"({"boolValue":true})" : R"({"boolValue":false})");
      return;
    case ValueType::Int:
      out.raw(R"({"intValue":)").quoted(reader.take<std::int64_t>()).raw("}");
      return;
    case ValueType::Double:
      out.raw(R"({"doubleValue":)");
      write_double(out, reader.take<double>(), format);
      out.raw("}");
      return;
    case ValueType::String: {
      const auto length = reader.take<std::uint32_t>();
      out.raw(R"({"stringValue":)").string(reader.take_text(length)).raw("}");
      return;
    }
    case ValueType::Bytes: {
      const std::string_view bytes = reader.take_text(reader.take<std::uint32_t>());
      out.raw(R"({"bytesValue":)")
          .base64({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})
          .raw("}");
      return;
    }
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
