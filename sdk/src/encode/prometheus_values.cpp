#include "encode/prometheus_values.h"

#include "encode/json_writer.h"
#include "encode/resource_text.h"
#include "measure/attribute_set.h"

namespace afterglow::encode {
namespace {

using measure::StoredReader;

// --- the table's stored form ---------------------------------------------------------------------

bool stands_in_json(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

// A string with its quotes, as JSON; the label escapes it once more.
void write_quoted(PrometheusText& out, std::string_view text) {
  out.label_text("\"");
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && stands_in_json(text[plain])) {
      ++plain;
    }
    out.label_text({text.data(), plain});
    text.remove_prefix(plain);
    if (!text.empty()) {
      char memory[8];
      JsonWriter escaped(memory);
      escaped.string({text.data(), 1});
      out.label_text({memory + 1, escaped.size() - 2});
      text.remove_prefix(1);
    }
  }
  out.label_text("\"");
}

void write_base64(PrometheusText& out, std::string_view bytes) {
  constexpr std::size_t kAtOnce = 48;
  while (!bytes.empty()) {
    const std::size_t count = bytes.size() < kAtOnce ? bytes.size() : kAtOnce;
    char memory[kAtOnce / 3 * 4 + 2];
    JsonWriter quoted(memory);
    quoted.base64({reinterpret_cast<const std::uint8_t*>(bytes.data()), count});
    out.label_text({memory + 1, quoted.size() - 2});
    bytes.remove_prefix(count);
  }
}

std::string_view take_text(StoredReader& reader) {
  return reader.take_text(reader.take<std::uint32_t>());
}

void write_nested(PrometheusText& out, StoredReader& reader);

void write_array(PrometheusText& out, StoredReader& reader) {
  const auto count = reader.take<std::uint32_t>();
  out.label_text("[");
  for (std::uint32_t i = 0; i < count; ++i) {
    out.label_text(i == 0 ? "" : ",");
    write_nested(out, reader);
  }
  out.label_text("]");
}

void write_map(PrometheusText& out, StoredReader& reader) {
  const auto count = reader.take<std::uint32_t>();
  out.label_text("{");
  for (std::uint32_t i = 0; i < count; ++i) {
    reader.skip(sizeof(ValueType));  // keys are strings
    out.label_text(i == 0 ? "" : ",");
    write_quoted(out, take_text(reader));
    out.label_text(":");
    write_nested(out, reader);
  }
  out.label_text("}");
}

void write_value(PrometheusText& out, StoredReader& reader, bool is_nested) {
  switch (reader.take<ValueType>()) {
    case ValueType::Empty:
      out.label_text(is_nested ? "null" : "");
      return;
    case ValueType::Bool:
      out.label_text(reader.take<bool>() ? "true" : "false");
      return;
    case ValueType::Int:
      out.label_number(reader.take<std::int64_t>());
      return;
    case ValueType::Double:
      out.label_number(reader.take<double>());
      return;
    case ValueType::String:
      if (is_nested) {
        return write_quoted(out, take_text(reader));
      }
      out.label_text(take_text(reader));
      return;
    case ValueType::Bytes:
      out.label_text(is_nested ? "\"" : "");
      write_base64(out, take_text(reader));
      out.label_text(is_nested ? "\"" : "");
      return;
    case ValueType::Array:
      return write_array(out, reader);
    case ValueType::Map:
      return write_map(out, reader);
  }
}

void write_nested(PrometheusText& out, StoredReader& reader) {
  write_value(out, reader, true);
}

// --- the resource --------------------------------------------------------------------------------

char unescaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;  // a quote or a backslash
  }
}

// A control character as our writer writes it: u00 and two digits.
char control_character(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  return text.size() < 5 ? '?' : static_cast<char>(digit(text[3]) * 16 + digit(text[4]));
}

void write_json_scalar(PrometheusText& out, std::string_view json) {
  std::string_view text = ResourceValue{json, true}.text();
  if (text.empty()) {
    out.label_text(json == R"("")" ? "" : json);
    return;
  }
  while (!text.empty()) {
    const std::size_t found = text.find('\\');
    const std::size_t plain = found < text.size() ? found : text.size();
    out.label_text({text.data(), plain});
    text.remove_prefix(plain);
    if (text.size() < 2) {
      return;
    }
    text.remove_prefix(1);
    const bool is_control = text.front() == 'u';
    const char c = is_control ? control_character(text) : unescaped(text.front());
    out.label_text({&c, 1});
    text.remove_prefix(is_control && text.size() >= 5 ? 5 : 1);
  }
}

}  // namespace

void write_stored_value(PrometheusText& out, std::string_view stored) {
  StoredReader reader(reinterpret_cast<const std::byte*>(stored.data()));
  write_value(out, reader, false);
}

std::size_t labels_of_resource(std::string_view resource, std::span<PrometheusLabel> labels) {
  std::size_t count = 0;
  std::string_view key;
  ResourceValue value;
  begin_resource(resource);
  while (count < labels.size() && next_in_resource(resource, key, value)) {
    if (value.found) {
      labels[count++] = {key, value.json, &write_json_scalar};
    }
  }
  return count;
}

}  // namespace afterglow::encode
