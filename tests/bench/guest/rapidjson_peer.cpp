#include "rapidjson_peer.h"

// Its levels are in memory that is lent to it: an operator new, which links half of libc, has no
// part in it.
#define RAPIDJSON_NEW(object) static_cast<decltype(object)*>(nullptr)
#define RAPIDJSON_DELETE(object) static_cast<void>(object)

#include <rapidjson/internal/itoa.h>
#include <rapidjson/writer.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace afterglow::bench::peer {
namespace {

struct Attribute {
  enum class Type : std::uint8_t { String, Integer, Boolean };
  std::string_view key;
  Type type = Type::String;
  std::string_view string = {};
  std::int64_t integer = 0;
  bool boolean = false;
};

struct Span {
  std::uint8_t trace_id[16] = {};
  std::uint8_t span_id[8] = {};
  std::uint8_t parent_span_id[8] = {};
  bool has_parent = false;
  std::uint32_t flags = 0;
  std::string_view name = {};
  int kind = 0;
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::span<const Attribute> attributes = {};
};

constexpr Attribute kResource[] = {{.key = "service.name", .string = "bench"},
                                   {.key = "telemetry.sdk.name", .string = "afterglow"},
                                   {.key = "telemetry.sdk.language", .string = "cpp"},
                                   {.key = "telemetry.sdk.version", .string = "0.1.0"}};
constexpr Attribute kAttributes[] = {
    {.key = "http.request.method", .string = "GET"},
    {.key = "server.address", .string = "carts.internal"},
    {.key = "server.port", .type = Attribute::Type::Integer, .integer = 8443},
    {.key = "http.response.status_code", .type = Attribute::Type::Integer, .integer = 200},
    {.key = "retry", .type = Attribute::Type::Boolean, .boolean = false}};

constexpr std::size_t kMaxSpans = 300;
constinit Span spans[kMaxSpans];
constinit std::size_t span_count = 0;
constinit char text[256 * 1024];
constinit std::size_t text_length = 0;

// --- what RapidJSON writes to, and keeps its levels in -------------------------------------------

struct Stream {
  using Ch = char;
  void Put(char c) { text[text_length++] = c; }
  void Flush() {}
};

class Levels {
 public:
  [[maybe_unused]] static constexpr bool kNeedFree = false;
  void* Malloc(std::size_t) { return memory_; }  // once: the levels start with 512 bytes
  void* Realloc(void*, std::size_t, std::size_t) { return memory_; }
  static void Free(void*) {}

 private:
  alignas(16) std::byte memory_[2048];
};

using Writer = rapidjson::Writer<Stream, rapidjson::UTF8<>, rapidjson::UTF8<>, Levels>;

// --- writing -------------------------------------------------------------------------------------

void key(Writer& json, std::string_view name) {
  json.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
}

void string(Writer& json, std::string_view name, std::string_view value) {
  key(json, name);
  json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void hex(Writer& json, std::string_view name, std::span<const std::uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  char digits[32];
  std::size_t length = 0;
  for (const std::uint8_t byte : bytes) {
    digits[length++] = kDigits[byte >> 4];
    digits[length++] = kDigits[byte & 15];
  }
  string(json, name, {digits, length});
}

void quoted(Writer& json, std::string_view name, std::uint64_t value) {
  char digits[20];
  const char* const end = rapidjson::internal::u64toa(value, digits);
  string(json, name, {digits, static_cast<std::size_t>(end - digits)});
}

void write_attributes(Writer& json, std::span<const Attribute> attributes) {
  key(json, "attributes");
  json.StartArray();
  for (const Attribute& attribute : attributes) {
    json.StartObject();
    string(json, "key", attribute.key);
    key(json, "value");
    json.StartObject();
    switch (attribute.type) {
      case Attribute::Type::String:
        string(json, "stringValue", attribute.string);
        break;
      case Attribute::Type::Integer:
        quoted(json, "intValue", static_cast<std::uint64_t>(attribute.integer));
        break;
      case Attribute::Type::Boolean:
        key(json, "boolValue");
        json.Bool(attribute.boolean);
        break;
    }
    json.EndObject();
    json.EndObject();
  }
  json.EndArray();
}

void write_span(Writer& json, const Span& span) {
  json.StartObject();
  hex(json, "traceId", span.trace_id);
  hex(json, "spanId", span.span_id);
  if (span.has_parent) {
    hex(json, "parentSpanId", span.parent_span_id);
  }
  key(json, "flags");
  json.Uint(span.flags);
  string(json, "name", span.name);
  key(json, "kind");
  json.Int(span.kind);
  quoted(json, "startTimeUnixNano", span.start);
  quoted(json, "endTimeUnixNano", span.end);
  if (!span.attributes.empty()) {
    write_attributes(json, span.attributes);
  }
  json.EndObject();
}

// --- reading -------------------------------------------------------------------------------------

// The text that follows `"name":`; `rest` goes behind it.
std::string_view next(std::string_view& rest, std::string_view name) {
  rest.remove_prefix(rest.find(name) + name.size() + 1);
  rest.remove_prefix(rest.find('"') + 1);
  const std::size_t end = rest.find('"');
  const std::string_view value(rest.data(), end);
  rest.remove_prefix(end);
  return value;
}

void read_hex(std::string_view digits, std::span<std::uint8_t> out) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::uint8_t>(value(digits[2 * i]) * 16 + value(digits[2 * i + 1]));
  }
}

std::uint64_t read_number(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

}  // namespace

void read_spans(std::string_view document) {
  span_count = 0;
  std::string_view rest = document;
  while (rest.find("\"traceId") != std::string_view::npos && span_count < kMaxSpans) {
    Span& span = spans[span_count];
    span.has_parent = span_count != 0;  // the root comes first
    span.flags = 259;
    span.name = span.has_parent ? "GET cart" : "GET /cart";
    span.kind = span.has_parent ? 3 : 2;
    if (span.has_parent) {
      span.attributes = kAttributes;
    } else {
      span.attributes = {};
    }
    read_hex(next(rest, "\"traceId"), span.trace_id);
    read_hex(next(rest, "\"spanId"), span.span_id);
    if (span.has_parent) {
      read_hex(next(rest, "\"parentSpanId"), span.parent_span_id);
    }
    span.start = read_number(next(rest, "\"startTimeUnixNano"));
    span.end = read_number(next(rest, "\"endTimeUnixNano"));
    ++span_count;
  }
}

void write_spans() {
  text_length = 0;
  Stream stream;
  Levels levels;
  Writer json(stream, &levels);
  json.StartObject();
  key(json, "resourceSpans");
  json.StartArray();
  json.StartObject();
  key(json, "resource");
  json.StartObject();
  write_attributes(json, kResource);
  json.EndObject();
  key(json, "scopeSpans");
  json.StartArray();
  json.StartObject();
  key(json, "spans");
  json.StartArray();
  for (std::size_t i = 0; i < span_count; ++i) {
    write_span(json, spans[i]);
  }
  json.EndArray();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  json.EndArray();
  json.EndObject();
}

std::string_view written() {
  return {text, text_length};
}

}  // namespace afterglow::bench::peer
