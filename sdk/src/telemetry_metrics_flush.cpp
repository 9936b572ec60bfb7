// Where the rooms meet when metrics are exported: measure, encode and export. A delta that was
// definitely not accepted is merged into the next one; of anything else it is known, or counted as
// not known, what became of it. Nothing is ever told twice.

#include <afterglow/host.h>

#include "encode/otlp_metrics.h"
#include "measure/collection.h"
#include "telemetry_metrics.h"

namespace afterglow {

using exporter::Outcome;
using measure::Collection;
using measure::PointView;
using measure::Settlement;

namespace {

constexpr std::uint64_t kNanosecondsPerMillisecond = 1'000'000;

// A random UUID (RFC 9562, version 4), from the host's random bytes or, without them, the table's
// seed and the clock.
void write_uuid(std::span<char> out, const measure::TableOptions& options) {
  std::byte bytes[16];
  if (host::random(bytes) != host::Status::Ok) {
    const std::uint64_t parts[] = {options.seed, options.seed ^ options.start_unix_nano};
    for (std::size_t i = 0; i < sizeof bytes; ++i) {
      bytes[i] = static_cast<std::byte>(parts[i / 8] >> i % 8 * 8);
    }
  }
  bytes[6] = (bytes[6] & std::byte{0x0F}) | std::byte{0x40};
  bytes[8] = (bytes[8] & std::byte{0x3F}) | std::byte{0x80};
  std::size_t at = 0;
  for (std::size_t i = 0; i < sizeof bytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      out[at++] = '-';
    }
    const auto value = std::to_integer<unsigned>(bytes[i]);
    out[at++] = "0123456789abcdef"[value / 16];
    out[at++] = "0123456789abcdef"[value % 16];
  }
}

}  // namespace

// One export: a collection and the documents it takes.
struct Telemetry::MetricExport {
  Telemetry& telemetry;
  Instance& instance;
  Metrics& metrics;
  const config::SignalExport& settings;
  std::string_view instance_id = {};

  explicit MetricExport(Telemetry& of)
      : telemetry(of),
        instance(*of.instance_),
        metrics(*of.instance_->metrics),
        settings(of.instance_->metrics_export) {}

  // Also when the clock was set back as far; an interval may end a little after the clock's time.
  [[nodiscard]] bool is_due(std::uint64_t now) const {
    const std::uint32_t every = telemetry.config_.metrics.every_requests;
    const std::uint64_t last = metrics.table.interval_start_unix_nano;
    const std::uint64_t passed = now > last ? now - last : last - now;
    return metrics.is_due || instance.recorder.shut_down ||
           (every != 0 && instance.requests_since_metrics >= every) ||
           passed >= instance.metric_interval_ms * kNanosecondsPerMillisecond;
  }

  // Once, since the resource stays as it is. An attribute of it begins as its writer makes them all
  // begin; quotes inside a text are escaped.
  void choose_instance_id() {
    constexpr std::string_view kBeginning = R"({"key":"service.instance.id","value":)";
    if (!metrics.is_identified) {
      metrics.is_identified = true;
      if (telemetry.config_.metrics.instance_id &&
          instance.resource.find(kBeginning) == std::string_view::npos) {
        write_uuid(metrics.instance_id, metrics.table.options);
        metrics.id_length = sizeof metrics.instance_id;
      }
    }
    instance_id = {metrics.instance_id, metrics.id_length};
  }

  // Of at most eight batches at a time.
  std::uint8_t next_batch() {
    metrics.last_batch = metrics.last_batch == UINT8_MAX ? 1 : metrics.last_batch + 1;
    return metrics.last_batch;
  }

  void run(std::uint64_t now, std::uint32_t& requests) {
    metrics.is_due = false;
    instance.requests_since_metrics = 0;
    metrics.points.withdrawn(metrics.returned);
    metrics.returned = 0;
    Collection collection(metrics.table, measure::Reader::Push, now);
    const PointView* point = collection.next();
    if (settings.way == ExportWay::None) {
      drop_all(collection, point);
    } else if (point != nullptr) {
      choose_instance_id();
    }
    while (point != nullptr && settings.way != ExportWay::None) {
      point = send_document(collection, point, requests);
    }
  }

  // What is to go nowhere. Nothing is encoded.
  void drop_all(Collection& collection, const PointView* point) {
    const std::uint8_t batch = next_batch();
    for (; point != nullptr; point = collection.next()) {
      collection.take(batch);
      metrics.points.refused(settings.drop_reason);
    }
    (void)measure::settle(metrics.table, batch, Settlement::Forget);
  }

  // One request, beginning with `point`. Returns the first point that is left.
  const PointView* send_document(Collection& collection, const PointView* point,
                                 std::uint32_t& requests) {
    const bool is_line = settings.way != ExportWay::Otlp;
    const std::uint32_t limit =
        is_line ? instance.exporter.traits(telemetry.config_.destination).max_log_bytes
                : settings.max_send_bytes;
    const std::span<char> body = instance.body_memory;
    encode::JsonWriter out(limit != 0 && limit < body.size() ? body.first(limit) : body);
    encode::MetricsDocument document(out, instance.resource, instance_id);
    const std::uint8_t batch = next_batch();
    std::uint32_t items = 0;
    for (; point != nullptr && items < settings.batch_size; point = collection.next()) {
      if (document.add(*point)) {
        ++items;
        metrics.points.added();
        collection.take(batch);
        continue;
      }
      if (items != 0) {
        break;  // first of the next request
      }
      metrics.points.refused(DropReason::TooLarge);
      collection.take(batch);
      (void)measure::settle(metrics.table, batch, Settlement::Forget);
    }
    if (items != 0) {
      document.close();
      ++requests;
      telemetry.apply(hand_over(out.text(), items, batch));
    }
    return point;
  }

  Outcome hand_over(std::string_view body, std::uint32_t items, std::uint8_t batch) {
    const Outbox outbox{Signal::Metrics, telemetry.config_, settings, instance.body_memory,
                        instance.answer_memory};
    if (settings.way == ExportWay::Otlp) {
      return instance.exporter.send(outbox.target(), Signal::Metrics, body, items, outbox.answer,
                                    batch);
    }
    Outcome outcome = instance.exporter.log(Signal::Metrics, body, items);
    outcome.batch = batch;
    return outcome;
  }

  // What cannot be merged any more, as after the last collection, is dropped. So are cumulative
  // points: the next ones tell what they told.
  void take_back(const Outcome& outcome) {
    if (outcome.refusal == exporter::Refusal::Ambiguous) {
      metrics.points.unknown(outcome.dropped);
      (void)measure::settle(metrics.table, outcome.batch, Settlement::Forget);
      return;
    }
    const bool is_over = instance.recorder.shut_down;
    const bool can_return = outcome.refusal == exporter::Refusal::Retriable && !is_over;
    const measure::Settled settled = measure::settle(
        metrics.table, outcome.batch, can_return ? Settlement::Return : Settlement::Forget);
    const std::uint32_t returned = can_return ? settled.points - settled.lost : 0;
    metrics.returned += returned;
    metrics.points.dropped(outcome.reason, outcome.dropped - returned);
  }

  void apply(const Outcome& outcome) {
    if (outcome.waiting != 0) {
      return;
    }
    metrics.points.exported(outcome.exported);
    metrics.points.unknown(outcome.unknown);
    if (outcome.dropped != 0) {
      take_back(outcome);
      return;
    }
    (void)measure::settle(metrics.table, outcome.batch, Settlement::Forget);
  }

  static void send(Telemetry& telemetry, std::uint32_t& requests) {
    MetricExport work(telemetry);
    telemetry.instance_->anonymise(telemetry.instance_->metrics_export, Signal::Metrics);
    const std::uint64_t now = host::wall_clock();
    if (work.is_due(now)) {
      work.run(now, requests);
    }
    work.metrics.notice_losses(work.instance.recorder.diagnostics);
  }
};

constinit const Telemetry::MetricWork Telemetry::kMetricWork{
    .send = &MetricExport::send,
    .apply = [](Telemetry& telemetry,
                const Outcome& outcome) { MetricExport(telemetry).apply(outcome); },
    .report = [](const Telemetry& telemetry,
                 FlushReport& report) { telemetry.instance_->metrics->report(report); }};

}  // namespace afterglow
