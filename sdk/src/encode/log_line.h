#pragma once

// A log record as one line of a platform's log: a flat JSON object. <afterglow/log.h> says what is
// in it; this is how it is made to fit.

#include <afterglow/log.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "encode/json_writer.h"
#include "record/log_records.h"

namespace afterglow::encode {

class LogLines {
 public:
  /// Lines are written into `memory`, each over the one before, behind the attributes `keys` of
  /// the rendered `resource`, which are written once. A line has at most `max_bytes`.
  LogLines(std::span<char> memory, const record::Recorder& recorder, std::string_view resource,
           std::span<const std::string_view> keys, std::size_t max_bytes);

  /// The line of a record, without a newline; valid until the next. Empty when not even its time,
  /// severity and ids fit.
  [[nodiscard]] std::string_view write(const record::LogRecord& log);

 private:
  void write_head(JsonWriter& out, const record::LogRecord& log) const;
  void write_body(JsonWriter& out, const record::LogRecord& log) const;
  void write_event(JsonWriter& out, const record::LogRecord& log) const;
  void write_ids(JsonWriter& out, const record::LogRecord& log) const;
  bool write_attribute(JsonWriter& out, const record::AttributeRecord& attribute) const;
  std::string_view write_shortened(const record::LogRecord& log);
  void write_cut_body(JsonWriter& out, const record::LogRecord& log) const;
  [[nodiscard]] bool is_taken(std::string_view key) const;

  const record::Recorder& recorder_;
  std::span<const std::string_view> keys_;
  std::string_view resource_fields_;  // `,"service.name":"cart-edge"…`
  std::span<char> memory_;            // of one line
};

}  // namespace afterglow::encode
