#include "metric_totals.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

namespace edge_host {

namespace {

using afterglow::PrometheusFormat;
using afterglow::PrometheusLabel;
using afterglow::PrometheusNumber;
using afterglow::PrometheusPart;
using afterglow::PrometheusText;
using afterglow::PrometheusType;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMost = std::numeric_limits<double>::max();

PrometheusNumber to_text(const MetricNumber& number) {
  return number.is_real ? PrometheusNumber(number.real) : PrometheusNumber(number.integer);
}

/// How many values were up to `bound`, as far as the bounds of this histogram tell.
std::uint64_t count_up_to(const MetricPoint& point, double bound) {
  const auto above = point.up_to.upper_bound(bound);
  return above == point.up_to.begin() ? 0 : std::prev(above)->second;
}

/// Where an instance had to coarsen its buckets, bounds stay behind others: no bucket holds less
/// than the one before it.
void straighten(MetricPoint& point) {
  std::uint64_t counted = 0;
  for (auto& [bound, count] : point.up_to) {
    counted = std::max(counted, count);
    count = counted;
  }
}

std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) {
  return a > std::numeric_limits<std::uint64_t>::max() - b
             ? std::numeric_limits<std::uint64_t>::max()
             : a + b;
}

void add(MetricNumber& into, const MetricNumber& from) {
  std::int64_t sum = 0;
  if (!into.is_real && !from.is_real) {
    const bool overflows = __builtin_add_overflow(into.integer, from.integer, &sum);
    const auto limit = from.integer > 0 ? std::numeric_limits<std::int64_t>::max()
                                        : std::numeric_limits<std::int64_t>::min();
    into.integer = overflows ? limit : sum;
    return;
  }
  into = {.real = std::clamp(into.value() + from.value(), -kMost, kMost), .is_real = true};
}

void take_later_exemplars(MetricPoint& into, const MetricPoint& from) {
  for (const auto& [bound, exemplar] : from.exemplars) {
    const auto [kept, is_new] = into.exemplars.try_emplace(bound, exemplar);
    if (!is_new && kept->second.unix_nano <= exemplar.unix_nano) {
      kept->second = exemplar;
    }
  }
}

void add_buckets(MetricPoint& into, const MetricPoint& from) {
  std::set<double> bounds;
  for (const MetricPoint* point : {&std::as_const(into), &from}) {
    for (const auto& [bound, count] : point->up_to) {
      bounds.insert(bound);
    }
  }
  std::map<double, std::uint64_t> sums;
  for (const double bound : bounds) {
    sums[bound] = saturating_sum(count_up_to(into, bound), count_up_to(from, bound));
  }
  into.up_to = std::move(sums);
  into.has_sum = into.has_sum && from.has_sum;
  add(into.number, from.number);
}

/// Of two instances.
void add_up(MetricKind kind, MetricPoint& into, const MetricPoint& from) {
  take_later_exemplars(into, from);
  if (kind == MetricKind::Histogram) {
    add_buckets(into, from);
  } else if (kind != MetricKind::Gauge) {
    add(into.number, from.number);
  } else if (from.unix_nano >= into.unix_nano) {
    into.number = from.number;
  }
  into.unix_nano = std::max(into.unix_nano, from.unix_nano);
}

/// Of one instance: what it tells now, instead of what it told before.
void replace(MetricKind kind, MetricPoint& into, const MetricPoint& from) {
  take_later_exemplars(into, from);
  into.unix_nano = from.unix_nano;
  if (kind == MetricKind::Histogram) {
    for (const auto& [bound, count] : from.up_to) {
      std::uint64_t& kept = into.up_to[bound];
      kept = std::max(kept, count);
    }
    straighten(into);
    into.has_sum = from.has_sum;
  }
  const bool can_fall = kind == MetricKind::Gauge || kind == MetricKind::Changing;
  if (can_fall || from.number.value() >= into.number.value()) {
    into.number = from.number;
  }
}

std::vector<PrometheusLabel> to_text(const MetricLabels& labels) {
  std::vector<PrometheusLabel> result;
  result.reserve(labels.size());
  for (const auto& [key, value] : labels) {
    result.push_back({key, value});
  }
  return result;
}

void write_histogram(PrometheusText& page, std::vector<PrometheusLabel>& labels,
                     const MetricPoint& point) {
  for (const auto& [bound, count] : point.up_to) {
    const auto exemplar = point.exemplars.find(bound);
    page.sample(labels,
                {.part = PrometheusPart::Bucket,
                 .bound = bound,
                 .value = count,
                 .exemplar = exemplar == point.exemplars.end() ? nullptr : &exemplar->second});
  }
  if (point.has_sum || page.format() == PrometheusFormat::Text) {
    page.sample(labels, {.part = PrometheusPart::Count, .value = point.up_to.rbegin()->second});
  }
  if (point.has_sum) {
    page.sample(labels, {.part = PrometheusPart::Sum, .value = to_text(point.number)});
  }
}

void write_point(PrometheusText& page, MetricKind kind, const MetricLabels& set,
                 const MetricPoint& point) {
  std::vector<PrometheusLabel> labels = to_text(set);
  if (kind == MetricKind::Histogram) {
    return write_histogram(page, labels, point);
  }
  const auto exemplar = point.exemplars.begin();
  page.sample(labels,
              {.value = to_text(point.number),
               .exemplar = exemplar == point.exemplars.end() ? nullptr : &exemplar->second});
}

PrometheusType type_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::Counter:
      return PrometheusType::Counter;
    case MetricKind::Histogram:
      return PrometheusType::Histogram;
    case MetricKind::Changing:
    case MetricKind::Gauge:
      break;
  }
  return PrometheusType::Gauge;
}

using Combine = void (*)(MetricKind kind, MetricPoint& into, const MetricPoint& from);

/// Returns how many points were left out, since their streams would be more than `most`.
std::uint64_t merge(MetricReport& into, std::size_t& streams, const MetricReport& from,
                    Combine combine, std::size_t most) {
  std::uint64_t left_out = 0;
  for (const auto& [name, metric] : from.metrics) {
    Metric& kept = into.metrics[name];
    kept.description = metric.description;
    for (const auto& [labels, point] : metric.points) {
      if (const auto known = kept.points.find(labels); known != kept.points.end()) {
        combine(name.kind, known->second, point);
      } else if (streams < most) {
        kept.points.emplace(labels, point);
        ++streams;
      } else {
        ++left_out;
      }
    }
    if (kept.points.empty()) {
      into.metrics.erase(name);
    }
  }
  return left_out;
}

}  // namespace

MetricTotals::InstanceId MetricTotals::begin() {
  const std::lock_guard lock(mutex_);
  live_.emplace(++last_id_, Kept());
  return last_id_;
}

void MetricTotals::update(InstanceId id, const std::optional<MetricReport>& report) {
  const std::lock_guard lock(mutex_);
  const auto kept = live_.find(id);
  if (!report) {
    ++rejected_;
  } else if (kept != live_.end()) {
    Kept& known = kept->second;
    left_out_ += merge(known.report, known.streams, *report, replace, kMostStreams);
    if (!report->resource.empty()) {
      resource_ = report->resource;
    }
  }
}

void MetricTotals::fold(InstanceId id) {
  if (const auto node = live_.extract(id)) {
    MetricReport& last = node.mapped().report;
    std::erase_if(last.metrics,
                  [](const auto& metric) { return metric.first.kind == MetricKind::Changing; });
    left_out_ += merge(ended_.report, ended_.streams, last, add_up, kMostStreams);
  }
}

void MetricTotals::end(InstanceId id) {
  const std::lock_guard lock(mutex_);
  fold(id);
}

void MetricTotals::trap(InstanceId id, std::uint64_t requests_untold) {
  const std::lock_guard lock(mutex_);
  if (live_.contains(id)) {
    ++trapped_;
    untold_ += requests_untold;
    fold(id);
  }
}

void MetricTotals::write_own(PrometheusText& page) const {
  struct Own {
    const char* name;
    const char* description;
    std::uint64_t value;
    PrometheusType type = PrometheusType::Counter;
  };
  const Own all[] = {
      {"afterglow_host_requests", "Requests that were handed to an instance.", requests},
      {"afterglow_host_instances", "Instances that live now.", live_.size(), PrometheusType::Gauge},
      {"afterglow_host_instances_started", "Instances that were made.", last_id_},
      {"afterglow_host_instances_trapped", "Instances that failed and were thrown away.", trapped_},
      {"afterglow_host_requests_untold",
       "Requests of failed instances; what those measured since the last report is lost.", untold_},
      {"afterglow_host_reports_rejected", "Reports of instances that were none.", rejected_},
      {"afterglow_host_points_left_out", "Points of streams beyond the limit.", left_out_},
  };
  for (const Own& own : all) {
    if (page.begin_family({.name = own.name, .description = own.description, .type = own.type})) {
      page.sample({}, {.value = own.value});
    }
  }
}

void MetricTotals::write(PrometheusText& page, const MetricReport& report) const {
  write_own(page);
  std::vector<PrometheusLabel> target = to_text(resource_);
  if (!target.empty() && page.begin_family({.name = "target",
                                            .description = "The resource of these metrics.",
                                            .type = PrometheusType::Info})) {
    page.sample(target, {.value = std::uint64_t{1}});
  }
  for (const auto& [name, metric] : report.metrics) {
    if (page.begin_family({.name = name.name,
                           .unit = name.unit,
                           .description = metric.description,
                           .type = type_of(name.kind)})) {
      for (const auto& [labels, point] : metric.points) {
        write_point(page, name.kind, labels, point);
      }
    }
  }
  page.close();
}

std::string MetricTotals::page(PrometheusFormat format) const {
  const std::lock_guard lock(mutex_);
  Kept all = ended_;
  for (const auto& [id, kept] : live_) {
    merge(all.report, all.streams, kept.report, add_up, SIZE_MAX);
  }
  std::string text(std::size_t{64} * 1024, '\0');
  while (true) {
    PrometheusText page(text, format);
    write(page, all.report);
    const bool fits = page.fits();
    text.resize(page.size());
    if (fits) {
      return text;
    }
  }
}

}  // namespace edge_host
