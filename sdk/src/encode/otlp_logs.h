#pragma once

// Log records as one OTLP/JSON document, an `ExportLogsServiceRequest`: resource, scopes, records.
// Records are added until one does not fit; then the document is closed and is complete as it is.

#include <string_view>

#include "encode/json_writer.h"
#include "encode/otlp_scope.h"
#include "record/log_records.h"

namespace afterglow::encode {

class LogsDocument {
 public:
  /// `resource` is the rendered resource.
  LogsDocument(JsonWriter& out, const record::Recorder& recorder, std::string_view resource);

  /// Write a record. False when it does not fit: then nothing of it was written. Records of one
  /// scope should come one after another: a change of scope begins a new group.
  [[nodiscard]] bool add(const record::LogRecord& log);

  void close() { document_.close(); }

 private:
  void write_record(const record::LogRecord& log);

  JsonWriter& out_;
  const record::Recorder& recorder_;
  ScopedDocument document_;
};

}  // namespace afterglow::encode
