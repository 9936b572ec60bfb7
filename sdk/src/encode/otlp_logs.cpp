#include "encode/otlp_logs.h"

#include "encode/otlp_scope.h"
#include "encode/otlp_values.h"

namespace afterglow::encode {
namespace {

constexpr std::string_view kEndOfDocument = "]}]}";
constexpr std::size_t kClosingBytes = kEndOfScope.size() + kEndOfDocument.size();

}  // namespace

LogsDocument::LogsDocument(JsonWriter& out, const record::Recorder& recorder,
                           std::string_view resource)
    : out_(out), recorder_(recorder) {
  out_.raw(R"({"resourceLogs":[{"resource":)").raw(resource).raw(R"(,"scopeLogs":[)");
  out_.reserve(kClosingBytes);
  begun_ = !out_.failed();
}

bool LogsDocument::add(const record::LogRecord& log) {
  if (!begun_) {
    return false;
  }
  const std::size_t before = out_.size();
  const Scope* const scope_before = scope_;
  if (scope_ == log.scope) {
    out_.raw(",");
  } else {
    if (scope_ != nullptr) {
      out_.raw(kEndOfScope).raw(",");
    }
    scope_ = log.scope;
    begin_scope(out_, *scope_, "logRecords");
  }
  write_record(log);
  if (out_.failed()) {
    out_.rewind(before);
    scope_ = scope_before;
    return false;
  }
  return true;
}

void LogsDocument::close() {
  out_.give_back(kClosingBytes);
  if (scope_ != nullptr) {
    out_.raw(kEndOfScope);
  }
  out_.raw(kEndOfDocument);
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
