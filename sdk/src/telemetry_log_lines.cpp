// Log records as lines of the platform's log. Linked only where the program names that way.

#include "encode/log_line.h"
#include "record/log_records.h"
#include "telemetry_instance.h"

namespace afterglow {

// No more lines than there were records, so that a host that logs ends too.
void detail::send_log_lines(void* telemetry, std::uint32_t& requests) {
  auto& self = *static_cast<Telemetry*>(telemetry);
  Telemetry::Instance& instance = *self.instance_;
  base::Ledger& ledger = instance.recorder.logs;
  const host::Traits& traits = instance.exporter.traits(self.config_.destination);
  encode::LogLines lines(instance.body_memory, instance.recorder, instance.resource,
                         self.config_.log.line_resource,
                         traits.max_log_bytes != 0 ? traits.max_log_bytes : SIZE_MAX);
  record::LogSelection selection(instance.recorder);
  for (std::uint64_t left = ledger.report().waiting; left != 0; --left) {
    const record::LogRecord* log = selection.next();
    if (log == nullptr) {
      break;
    }
    const std::string_view line = lines.write(*log);
    if (line.empty()) {
      ledger.dropped(DropReason::TooLarge, 1);
      continue;
    }
    ++requests;
    self.apply(instance.exporter.line(static_cast<std::uint32_t>(log->severity), line));
  }
  selection.close();
}

}  // namespace afterglow
