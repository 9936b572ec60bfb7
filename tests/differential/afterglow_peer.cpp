// Afterglow as a peer of the differential run: for each row on stdin it extracts, starts a server
// span and a client span below it, injects, and writes the headers, as a program on a host does.
// OTEL_PROPAGATORS comes from the fake host's environment; every row has a fresh instance.
//
// One JSON line for each row, both ways. A character of a value is one byte of the header.

#include <afterglow/afterglow.h>
#include <fake_host.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cctype>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace afterglow::test {
namespace {

using Line = std::pair<std::string, std::string>;
using Row = rapidjson::Value;
using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

constinit Buffer<256 * 1024> memory;

/// From text whose code points up to U+00FF stand for bytes.
std::string bytes_of(const Row& text) {
  std::string bytes;
  const std::string_view utf8(text.GetString(), text.GetStringLength());
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead < 0x80 || i + 1 == utf8.size()) {
      bytes += utf8[i];
      continue;
    }
    const auto trail = static_cast<unsigned char>(utf8[++i]);
    bytes += static_cast<char>((lead & 0x3U) << 6U | (trail & 0x3FU));
  }
  return bytes;
}

void write_bytes(Writer& writer, std::string_view bytes) {
  std::string utf8;
  for (const char character : bytes) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x80) {
      utf8 += character;
    } else {
      utf8 += static_cast<char>(0xC0U | byte >> 6U);
      utf8 += static_cast<char>(0x80U | (byte & 0x3FU));
    }
  }
  writer.String(utf8.data(), static_cast<rapidjson::SizeType>(utf8.size()));
}

std::string lower_case(std::string_view text) {
  std::string lower;
  for (const char character : text) {
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
  }
  return lower;
}

struct Headers {
  std::vector<Line> lines;

  template <typename F>
  void for_each(std::string_view name, F f) const {
    for (const Line& line : lines) {
      if (lower_case(line.first) == name) {
        f(std::string_view(line.second));
      }
    }
  }

  void set(std::string_view name, std::string_view value) {
    std::erase_if(lines, [&](const Line& line) { return line.first == name; });
    lines.emplace_back(name, value);
  }
};

/// What a span hook saw of the local root.
struct ServerSpan {
  bool recorded = false;
  SpanId parent;

  static void on_start(void* context, const SpanView& span) {
    if (span.kind() == SpanKind::Server) {
      *static_cast<ServerSpan*>(context) = {true, span.parent_span_id()};
    }
  }
};

struct Name {
  Diagnostic kind;
  const char* text;
};
constexpr Name kNames[] = {
    {Diagnostic::ConfigurationInvalid, "ConfigurationInvalid"},
    {Diagnostic::TraceparentInvalid, "TraceparentInvalid"},
    {Diagnostic::TraceparentDuplicated, "TraceparentDuplicated"},
    {Diagnostic::TracestateDiscarded, "TracestateDiscarded"},
    {Diagnostic::TracestateTruncated, "TracestateTruncated"},
    {Diagnostic::B3Invalid, "B3Invalid"},
    {Diagnostic::BaggageInvalid, "BaggageInvalid"},
    {Diagnostic::BaggageTruncated, "BaggageTruncated"},
};

void write_counts(Writer& writer, const Telemetry& telemetry) {
  writer.Key("counts");
  writer.StartObject();
  for (const Name& name : kNames) {
    if (const std::uint32_t count = telemetry.diagnostic_count(name.kind); count != 0) {
      writer.Key(name.text);
      writer.Uint(count);
    }
  }
  writer.EndObject();
}

void write_server_span(Writer& writer, const ServerSpan& server) {
  if (!server.recorded) {
    return;
  }
  writer.Key("parent_span_id");
  if (!server.parent.is_valid()) {
    writer.Null();
    return;
  }
  char hex[16];
  server.parent.to_hex(hex);
  writer.String(hex, sizeof hex);
}

void write_headers(Writer& writer, const Headers& headers) {
  writer.Key("out");
  writer.StartArray();
  for (const Line& line : headers.lines) {
    writer.StartArray();
    write_bytes(writer, line.first);
    write_bytes(writer, line.second);
    writer.EndArray();
  }
  writer.EndArray();
}

/// Every instance gets other random bytes than the one before.
void prepare_host(const host::Pair& propagators, std::uint8_t random_byte) {
  host::FakeHost& host = host::fake_host();
  host.reset();
  host.random_byte = random_byte;
  host.environment = {&propagators, 1};
}

std::string answer(const Row& row, std::uint8_t random_byte) {
  const std::string list = row["propagators"].GetString();
  const host::Pair propagators{"OTEL_PROPAGATORS", list};
  prepare_host(propagators, random_byte);

  Headers incoming;
  for (const Row& line : row["in"].GetArray()) {
    incoming.lines.emplace_back(bytes_of(line[0]), bytes_of(line[1]));
  }
  ServerSpan seen;
  const SpanHook hook{.on_start = ServerSpan::on_start, .context = &seen};
  Telemetry telemetry{memory, {.span_hooks = {&hook, 1}}};
  Headers outgoing;
  {
    Span server = telemetry.start_span(
        "server", {.kind = SpanKind::Server, .parent = telemetry.extract(incoming)});
    Span client = server.start_child("client", {.kind = SpanKind::Client});
    client.inject(outgoing);
  }

  rapidjson::StringBuffer text;
  Writer writer(text);
  writer.StartObject();
  writer.Key("id");
  writer.String(row["id"].GetString());
  write_headers(writer, outgoing);
  write_server_span(writer, seen);
  write_counts(writer, telemetry);
  writer.EndObject();
  static_cast<void>(telemetry.shutdown());
  return text.GetString();
}

}  // namespace
}  // namespace afterglow::test

int main() {
  std::uint8_t random_byte = 0;
  for (std::string line; std::getline(std::cin, line);) {
    rapidjson::Document row;
    row.Parse(line.data(), line.size());
    if (row.HasParseError() || !row.IsObject()) {
      std::cerr << "afterglow-peer: a line is no row\n";
      return 2;
    }
    std::cout << afterglow::test::answer(row, ++random_byte) << '\n';
  }
  return 0;
}
