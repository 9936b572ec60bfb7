#pragma once

// Spans as one OTLP/JSON document, an `ExportTraceServiceRequest`: resource, scopes, spans. Spans
// are added until one does not fit; then the document is closed and is complete as it is.

#include <string_view>

#include "encode/json_writer.h"
#include "encode/otlp_scope.h"
#include "record/recorder.h"

namespace afterglow::encode {

class TracesDocument {
 public:
  /// `resource` is the rendered resource.
  TracesDocument(JsonWriter& out, const record::Recorder& recorder, std::string_view resource);

  /// Write an ended span. False when it does not fit: then nothing of it was written. Spans of one
  /// scope should come one after another: a change of scope begins a new group.
  [[nodiscard]] bool add(const record::SpanRecord& span);

  void close() { document_.close(); }

 private:
  void write_span(const record::SpanRecord& span);
  void write_events(const record::List& events);
  void write_links(const record::List& links);
  void write_status(const record::SpanRecord& span);

  JsonWriter& out_;
  const record::Recorder& recorder_;
  ScopedDocument document_;
};

}  // namespace afterglow::encode
