#include "encode/plain_json.h"

#include <cstdint>
#include <limits>
#include <string_view>

namespace afterglow::encode {
namespace {

using record::StoredValue;

void write_int(JsonWriter& out, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  out.raw(value < 0 ? "-" : "").number(value < 0 ? 0 - bits : bits);
}

void write_double(JsonWriter& out, double value, detail::FormatDouble format) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (value != value) {
    out.raw(R"("NaN")");
  } else if (value == kInfinity || value == -kInfinity) {
    out.raw(value < 0 ? R"("-Infinity")" : R"("Infinity")");
  } else if (format == nullptr) {
    out.raw("null");
  } else {
    char digits[32];
    out.raw({digits, format(value, digits)});
  }
}

}  // namespace

void write_plain(JsonWriter& out, const record::Recorder& recorder, const StoredValue& value) {
  const auto text = [&recorder](const StoredValue& stored) {
    return recorder.text({stored.data, stored.count});
  };
  switch (value.type) {
    case ValueType::Empty:
      out.raw("null");
      return;
    case ValueType::Bool:
      out.raw(value.number != 0 ? "true" : "false");
      return;
    case ValueType::Int:
      return write_int(out, value.number);
    case ValueType::Double:
      return write_double(out, value.real, recorder.format_double);
    case ValueType::String:
      out.string(text(value));
      return;
    case ValueType::Bytes: {
      const std::string_view bytes = text(value);
      out.base64({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
      return;
    }
    case ValueType::Array:
    case ValueType::Map:
      break;
  }
  const bool is_map = value.type == ValueType::Map;
  const auto* element = recorder.at<StoredValue>(value.data);
  out.raw(is_map ? "{" : "[");
  for (std::uint32_t i = 0; i < value.count && !out.failed(); ++i) {
    out.raw(i == 0 ? "" : ",");
    if (is_map) {
      out.string(text(*element++)).raw(":");
    }
    write_plain(out, recorder, *element++);
  }
  out.raw(is_map ? "}" : "]");
}

}  // namespace afterglow::encode
