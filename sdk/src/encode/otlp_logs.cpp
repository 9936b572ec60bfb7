#include "encode/otlp_logs.h"

#include "encode/otlp_values.h"

namespace afterglow::encode {
namespace {

constexpr ScopedDocument::Words kWords{R"({"resourceLogs":[{"resource":)", R"(,"scopeLogs":[)",
                                       "logRecords"};

}  // namespace

LogsDocument::LogsDocument(JsonWriter& out, const record::Recorder& recorder,
                           std::string_view resource)
    : out_(out), recorder_(recorder), document_(out, kWords, resource) {}

bool LogsDocument::add(const record::LogRecord& log) {
  return document_.add(log.scope, [&] { write_record(log); });
}

void LogsDocument::write_record(const record::LogRecord& log) {
  out_.raw(R"({"timeUnixNano":)").quoted(log.unix_nano);
  out_.raw(R"(,"observedTimeUnixNano":)").quoted(log.observed_unix_nano);
  if (log.severity != Severity::Unspecified) {
    out_.raw(R"(,"severityNumber":)").number(static_cast<std::uint64_t>(log.severity));
  }
  const std::string_view text = log.severity_text.length != 0 ? recorder_.text(log.severity_text)
                                                              : severity_name(log.severity);
  if (!text.empty()) {
    out_.raw(R"(,"severityText":)").string(text);
  }
  if (log.event_name.length != 0) {
    out_.raw(R"(,"eventName":)").string(recorder_.text(log.event_name));
  }
  if (log.body.type != ValueType::Empty) {
    out_.raw(R"(,"body":)");
    write_stored_value(out_, recorder_, log.body);
  }
  write_attributes(out_, recorder_, log.attributes);
  if (log.trace_id.is_valid()) {
    out_.raw(R"(,"flags":)").number(log.trace_flags);
    out_.raw(R"(,"traceId":)").hex(log.trace_id.bytes).raw(R"(,"spanId":)").hex(log.span_id.bytes);
  }
  out_.raw("}");
}

}  // namespace afterglow::encode
