#pragma once

// One request of one signal: what is selected is encoded until it does not fit, then given to the
// host. The same for every signal, whose rooms differ in what they select and how it is encoded.

#include "base/ledger.h"
#include "encode/json_writer.h"
#include "telemetry_instance.h"

namespace afterglow {

/// What has been made of one request.
struct Batch {
  bool made = false;  // false: nothing was left to send
  exporter::Outcome outcome;
};

template <class Document, class Selection>
std::uint32_t fill_document(Document& document, Selection& selection, base::Ledger& ledger,
                            std::uint32_t max_items) {
  std::uint32_t items = 0;
  while (items < max_items) {
    auto* item = selection.next();
    if (item == nullptr) {
      break;
    }
    if (document.add(*item)) {
      ++items;
    } else if (items == 0) {
      ledger.dropped(DropReason::TooLarge, 1);
    } else {
      selection.put_back(*item);
      break;
    }
  }
  return items;
}

/// What is to go nowhere. Nothing is encoded.
template <class Selection>
void drop_all(Selection& selection, base::Ledger& ledger, DropReason reason) {
  while (selection.next() != nullptr) {
    ledger.dropped(reason, 1);
  }
  selection.close();
}

/// `destination` names the host's limits; `hook` may stand in for the host.
template <class Document, class Selection>
Batch send_batch(exporter::Exporter& exporter, const record::Recorder& recorder,
                 std::string_view resource, const Outbox& outbox, Selection& selection,
                 base::Ledger& ledger) {
  const config::SignalExport& settings = outbox.settings;
  if (settings.way == ExportWay::None) {
    drop_all(selection, ledger, settings.drop_reason);
    return {};
  }
  const bool is_line = settings.way != ExportWay::Otlp;
  const std::uint32_t limit =
      is_line ? exporter.traits(outbox.config.destination).max_log_bytes : settings.max_send_bytes;
  const bool limited = limit != 0 && limit < outbox.body.size();
  encode::JsonWriter out(limited ? outbox.body.first(limit) : outbox.body);
  Document document(out, recorder, resource);
  const std::uint32_t items = fill_document(document, selection, ledger, settings.batch_size);
  Batch batch{.made = items != 0};
  if (batch.made) {
    document.close();
    batch.outcome =
        is_line ? exporter.log(outbox.signal, out.text(), items)
                : exporter.send(outbox.target(), outbox.signal, out.text(), items, outbox.answer);
  }
  selection.close();
  return batch;
}

}  // namespace afterglow
