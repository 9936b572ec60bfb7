#include "encode/log_line.h"

#include "base/utf8.h"
#include "encode/plain_json.h"
#include "encode/resource_text.h"
#include "encode/timestamp.h"
#include "record/attribute_list.h"

namespace afterglow::encode {
namespace {

constexpr std::string_view kStableNames[] = {
    "timestamp", "severity", "severity_number", "message",         "body",     "event_name",
    "trace_id",  "span_id",  "trace_flags",     "otel.scope.name", "truncated"};
constexpr std::string_view kPrefix = "attributes.";
constexpr std::string_view kEnd = "}";
constexpr std::string_view kTruncatedEnd = R"(,"truncated":true})";
constexpr std::string_view kMessage = R"(,"message":)";

bool begins_with_prefix(std::string_view key) {
  return key.size() >= kPrefix.size() && std::string_view(key.data(), kPrefix.size()) == kPrefix;
}

// Bytes of one character as `JsonWriter::string` writes it.
std::size_t written_size(const char* at, text::CodePoint point) {
  constexpr std::size_t kReplacement = 3;
  if (!point.valid) {
    return kReplacement;
  }
  switch (*at) {
    case '"':
    case '\\':
    case '\n':
    case '\r':
    case '\t':
      return 2;
    default:
      return static_cast<unsigned char>(*at) < 0x20 ? 6 : point.length;
  }
}

// The longest beginning of `text` that is at most `room` bytes as a JSON string with its quotes.
std::string_view cut(std::string_view text, std::size_t room) {
  constexpr std::size_t kQuotes = 2;
  const char* at = text.data();
  const char* const end = at + text.size();
  std::size_t left = room < kQuotes ? 0 : room - kQuotes;
  while (at != end) {
    const text::CodePoint point = text::next_code_point(at, end);
    const std::size_t size = written_size(at, point);
    if (size > left) {
      break;
    }
    left -= size;
    at += point.length;
  }
  return {text.data(), static_cast<std::size_t>(at - text.data())};
}

}  // namespace

LogLines::LogLines(std::span<char> memory, const record::Recorder& recorder,
                   std::string_view resource, std::span<const std::string_view> keys,
                   std::size_t max_bytes)
    : recorder_(recorder), keys_(keys) {
  JsonWriter out(memory.first(memory.size() / 2));
  for (const std::string_view key : keys) {
    const std::size_t before = out.size();
    if (const ResourceValue value = find_in_resource(resource, key); value.found) {
      out.raw(",").string(key).raw(":").raw(value.json);
    }
    if (out.failed()) {
      out.rewind(before);
    }
  }
  resource_fields_ = out.text();
  memory_ = memory.subspan(out.size());
  memory_ = memory_.first(max_bytes < memory_.size() ? max_bytes : memory_.size());
}

std::string_view LogLines::write(const record::LogRecord& log) {
  JsonWriter out(memory_);
  write_head(out, log);
  write_body(out, log);
  write_event(out, log);
  write_ids(out, log);
  out.raw(resource_fields_);
  for (record::Offset offset = log.attributes.first; offset != 0;) {
    const auto& attribute = *recorder_.at<record::AttributeRecord>(offset);
    offset = attribute.next;
    if (out.failed() || !write_attribute(out, attribute)) {
      return write_shortened(log);
    }
  }
  out.raw(log.attributes.dropped != 0 ? kTruncatedEnd : kEnd);
  return out.failed() ? write_shortened(log) : out.text();
}

// First the attributes go, each as a whole, then the end of the message.
std::string_view LogLines::write_shortened(const record::LogRecord& log) {
  JsonWriter out(memory_);
  out.reserve(kTruncatedEnd.size());
  write_head(out, log);
  const std::size_t behind_head = out.size();
  write_ids(out, log);
  const std::size_t behind_ids = out.size();
  if (out.failed()) {
    return {};
  }
  // The resource is what all lines of a log share: it goes before the message gets no room at all.
  out.raw(resource_fields_).raw(kMessage).raw(R"("")");
  const bool has_resource = !out.failed();
  const std::size_t ids = behind_ids - behind_head;
  const std::size_t rest = ids + (has_resource ? resource_fields_.size() : 0);
  out.rewind(behind_head);
  out.reserve(rest);
  write_cut_body(out, log);
  out.give_back(rest);
  write_ids(out, log);
  out.raw(has_resource ? resource_fields_ : std::string_view());
  const std::size_t before = out.size();
  write_event(out, log);
  if (out.failed()) {
    out.rewind(before);
  }
  for (record::Offset offset = log.attributes.first; offset != 0;) {
    const auto& attribute = *recorder_.at<record::AttributeRecord>(offset);
    (void)write_attribute(out, attribute);
    offset = attribute.next;
  }
  out.give_back(kTruncatedEnd.size());
  out.raw(kTruncatedEnd);
  return out.text();
}

void LogLines::write_head(JsonWriter& out, const record::LogRecord& log) const {
  out.raw(R"({"timestamp":)");
  write_timestamp(out, log.unix_nano);
  const std::string_view severity = log.severity_text.length != 0
                                        ? recorder_.text(log.severity_text)
                                        : severity_name(log.severity);
  if (!severity.empty()) {
    constexpr std::size_t kMaxSeverity = 64;
    out.raw(R"(,"severity":)").string(cut(severity, kMaxSeverity));
  }
  if (log.severity != Severity::Unspecified) {
    out.raw(R"(,"severity_number":)").number(static_cast<std::uint64_t>(log.severity));
  }
}

void LogLines::write_body(JsonWriter& out, const record::LogRecord& log) const {
  if (log.body.type != ValueType::Empty) {
    out.raw(log.body.type == ValueType::String ? kMessage : R"(,"body":)");
    write_plain(out, recorder_, log.body);
  }
}

// A body that is no string cannot be cut: it is left out.
void LogLines::write_cut_body(JsonWriter& out, const record::LogRecord& log) const {
  const std::size_t before = out.size();
  if (log.body.type == ValueType::String) {
    out.raw(kMessage);
    out.string(cut(recorder_.text({log.body.data, log.body.count}), out.room()));
  } else {
    write_body(out, log);
  }
  if (out.failed()) {
    out.rewind(before);
  }
}

void LogLines::write_event(JsonWriter& out, const record::LogRecord& log) const {
  if (log.event_name.length != 0) {
    out.raw(R"(,"event_name":)").string(recorder_.text(log.event_name));
  }
}

void LogLines::write_ids(JsonWriter& out, const record::LogRecord& log) const {
  if (log.trace_id.is_valid()) {
    out.raw(R"(,"trace_id":)").hex(log.trace_id.bytes);
    out.raw(R"(,"span_id":)").hex(log.span_id.bytes);
    const std::uint8_t flags[] = {log.trace_flags};
    out.raw(R"(,"trace_flags":)").hex(flags);
  }
  if (!log.scope->name.empty()) {
    out.raw(R"(,"otel.scope.name":)").string(log.scope->name);
  }
}

// False, and nothing written, when it does not fit.
bool LogLines::write_attribute(JsonWriter& out, const record::AttributeRecord& attribute) const {
  const std::size_t before = out.size();
  const std::string_view key = record::key_text(recorder_.pages, attribute);
  out.raw(",");
  if (is_taken(key)) {
    out.raw(R"("attributes)");
    const std::size_t dot = out.size();
    out.string(key);
    if (!out.failed()) {
      memory_[dot] = '.';  // where the key's own quote was
    }
  } else {
    out.string(key);
  }
  record::StoredValue value;
  value.type = attribute.type;
  value.count = attribute.count;
  value.number = attribute.number;  // the widest member carries the others' bits
  out.raw(":");
  write_plain(out, recorder_, value);
  if (out.failed()) {
    out.rewind(before);
    return false;
  }
  return true;
}

bool LogLines::is_taken(std::string_view key) const {
  for (const std::string_view name : kStableNames) {
    if (name == key) {
      return true;
    }
  }
  for (const std::string_view name : keys_) {
    if (name == key) {
      return true;
    }
  }
  return begins_with_prefix(key);
}

}  // namespace afterglow::encode
