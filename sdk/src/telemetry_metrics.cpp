// Where the rooms meet when something is measured: the table's pages, and what an exemplar knows of
// its span.

#include "telemetry_metrics.h"

#include <afterglow/host.h>

#include <bit>
#include <new>

#include "encode/otlp_metrics.h"
#include "measure/observe.h"
#include "record/ids.h"
#include "record/recorder.h"

namespace afterglow {

using measure::Number;
using record::LocalTrace;
using record::Recorder;

namespace {

static_assert(static_cast<int>(RejectReason::Stale) == static_cast<int>(measure::Rejection::Stale));

constexpr std::uint32_t kFewestPages = 2;
constexpr std::uint32_t kExemplarsPerPage = 2;
constexpr std::uint32_t kMostExemplars = 64;

// A run of pages, half as long as long as there is none; `kNoPage` when there are not even two.
base::PageIndex take_pages(base::PagePool& pages, std::uint32_t wanted) {
  const auto quarter = static_cast<std::uint32_t>(pages.page_count() / 4);
  std::uint32_t run = wanted != 0 ? wanted : quarter;
  run = run < kFewestPages ? kFewestPages : run;
  for (;; run /= 2) {
    run = run < kFewestPages ? kFewestPages : run;
    const base::PageIndex first = pages.acquire(run);
    if (first != base::kNoPage || run == kFewestPages) {
      return first;
    }
  }
}

std::uint64_t now_of(const void* context) {
  return record::now_unix_nano(static_cast<const LocalTrace*>(context));
}

bool passes(ExemplarFilter filter, const SpanContext& span) {
  return span.is_valid() && filter != ExemplarFilter::AlwaysOff &&
         (filter == ExemplarFilter::AlwaysOn || span.is_sampled());
}

}  // namespace

// --- the table ----------------------------------------------------------------------------------

// The table of an instance that may measure; else null.
Telemetry::Metrics* Telemetry::usable_metrics() {
  Instance* instance = first_use();
  if (instance == nullptr || instance->recorder.disabled || instance->recorder.shut_down) {
    return nullptr;
  }
  if (instance->metrics == nullptr && set_up_metrics() == nullptr) {
    instance->recorder.diagnostics.notice(Diagnostic::MetricMemory);
  }
  return instance->metrics;
}

// The same for one measurement, which is counted where there is none.
Telemetry::Metrics* Telemetry::metrics() {
  Metrics* known = measuring_ != nullptr ? measuring_ : usable_metrics();
  if (known != nullptr) {
    return known;
  }
  if (instance_ == nullptr || instance_->recorder.disabled) {
    ++disabled_measurements_;
  } else if (instance_->recorder.shut_down) {
    ++instance_->measured_after_shutdown;
  } else {
    ++instance_->measured_without_memory;
  }
  return nullptr;
}

// Metrics are counted from here on: one clock read, one random read.
Telemetry::Metrics* Telemetry::set_up_metrics() {
  Instance& instance = *instance_;
  Recorder& recorder = instance.recorder;
  const base::PageIndex first = take_pages(recorder.pages, config_.metrics.pages);
  if (first == base::kNoPage) {
    return nullptr;
  }
  static_assert(sizeof(Metrics) < kFewestPages * kPageBytes / 2 && sizeof(Metrics) % 8 == 0);
  std::byte* const memory = recorder.pages.at(base::PagePool::offset_of(first));
  auto* metrics = new (memory) Metrics;
  const std::uint32_t slots = recorder.pages.run(first) * kExemplarsPerPage;
  const measure::TableOptions options{
      .temporality = config_.metrics.reader.is_pull() ? TemporalityPreference::Cumulative
                                                      : instance.settings.temporality,
      .cardinality_limit = config_.metrics.cardinality_limit,
      .views = config_.metrics.views,
      .exemplar_slots =
          instance.settings.exemplars == ExemplarFilter::AlwaysOff
              ? std::uint16_t{0}
              : static_cast<std::uint16_t>(slots < kMostExemplars ? slots : kMostExemplars),
      .pass = config_.redaction.policy().code.redact_value == nullptr
                  ? measure::AttributePass{}
                  : measure::AttributePass{&redacted_attributes, &recorder,
                                           recorder.redactor.keeps("plain")},
      .seed = record::read_seed(recorder.diagnostics).id_state,
      .start_unix_nano = host::wall_clock()};
  const std::span<std::byte> table(memory + sizeof(Metrics),
                                   recorder.pages.run_bytes(first) - sizeof(Metrics));
  measure::set_up(metrics->table, table, options);
  instance.metrics = metrics;
  measuring_ = metrics;
  instance.metric_work = &kMetricWork;
  if (config_.metrics.reader.is_pull()) {
    config_.metrics.reader.begin(*this);
  }
  return metrics;
}

// --- the books -----------------------------------------------------------------------------------

void Telemetry::Metrics::notice_losses(base::Diagnostics& diagnostics) {
  const measure::Counts& counts = table.counts;
  if (counts.name_conflicts != conflicts_told) {
    conflicts_told = counts.name_conflicts;
    diagnostics.notice(Diagnostic::MetricConflict);
  }
  const std::uint32_t losses =
      counts.lost_streams + counts.lost_callbacks +
      static_cast<std::uint32_t>(
          counts.rejected[static_cast<std::size_t>(measure::Rejection::NoMemory)]);
  if (losses != losses_told) {
    losses_told = losses;
    diagnostics.notice(Diagnostic::MetricMemory);
  }
}

void Telemetry::Metrics::report(FlushReport& report) const {
  report.metrics = points.report();
  report.metrics_returned = returned;
  report.measurements.recorded = table.counts.measurements();
  report.measurements.aggregated = table.counts.aggregated;
  report.measurements.overflowed = table.counts.overflowed;
  for (std::size_t i = 0; i < measure::kRejections; ++i) {
    report.measurements.rejected_by_reason[i] = table.counts.rejected[i];
  }
}

// --- before the response ------------------------------------------------------------------------

measure::BoundPoints Telemetry::resolve(const Instrument& instrument, Attributes attributes) {
  Metrics* known = usable_metrics();
  return known == nullptr ? measure::BoundPoints{}
                          : measure::bind(known->table, instrument, attributes);
}

void Telemetry::register_callback(const Instrument& instrument,
                                  ObserveCallback<std::int64_t> callback, void* context) {
  if (Metrics* known = usable_metrics(); known != nullptr) {
    measure::register_callback(known->table, instrument, callback, context);
  }
}

void Telemetry::register_callback(const Instrument& instrument, ObserveCallback<double> callback,
                                  void* context) {
  if (Metrics* known = usable_metrics(); known != nullptr) {
    measure::register_callback(known->table, instrument, callback, context);
  }
}

void Telemetry::export_metrics_next() {
  if (instance_ != nullptr && instance_->metrics != nullptr) {
    instance_->metrics->is_due = true;
  }
}

// --- through a span -----------------------------------------------------------------------------

Telemetry::ExemplarOf::ExemplarOf(ExemplarFilter filter, const Span& span)
    : source{.trace_id = span.trace_id_,
             .span_id = span.span_id_,
             .now_unix_nano = &now_of,
             .context = span.local_trace(),
             .offer = &measure::offer_exemplar,
             .write = &encode::write_exemplars},
      is_wanted(passes(filter, span.identity())) {}

void Telemetry::aggregate(const Instrument& instrument, const Span& span, std::uint64_t bits,
                          Attributes attributes) {
  if (Metrics* known = metrics(); known != nullptr) {
    const ExemplarOf exemplar(instance_->settings.exemplars, span);
    measure::record(known->table, instrument, std::bit_cast<Number>(bits), attributes,
                    exemplar.get());
  }
}

// The `Telemetry` of a span is the one its roots report to.
Span& Span::aggregate(const Instrument& instrument, std::uint64_t bits, Attributes attributes) {
  if (recorder_ != nullptr) {
    auto& telemetry = *static_cast<Telemetry*>(recorder_->root_ended.object);
    telemetry.aggregate(instrument, *this, bits, attributes);
  }
  return *this;
}

// --- bound instruments --------------------------------------------------------------------------

void detail::BoundInstrument::measure(std::uint64_t bits) {
  Telemetry::Metrics* known = telemetry_ != nullptr ? telemetry_->metrics() : nullptr;
  if (known != nullptr) {
    afterglow::measure::record(known->table, points_, std::bit_cast<Number>(bits), nullptr);
  }
}

void detail::BoundInstrument::measure(std::uint64_t bits, const Span& span) {
  Telemetry::Metrics* known = telemetry_ != nullptr ? telemetry_->metrics() : nullptr;
  if (known != nullptr) {
    const Telemetry::ExemplarOf exemplar(telemetry_->instance_->settings.exemplars, span);
    afterglow::measure::record(known->table, points_, std::bit_cast<Number>(bits), exemplar.get());
  }
}

}  // namespace afterglow
