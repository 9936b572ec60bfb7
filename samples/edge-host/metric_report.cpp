#include "metric_report.h"

#define RAPIDJSON_HAS_STDSTRING 1
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "attribute_text.h"

namespace edge_host {

namespace {

using rapidjson::Value;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kCumulative = 2;

/// Thrown at the first thing that is not as it has to be.
struct Malformed {};

void demand(bool condition) {
  if (!condition) {
    throw Malformed();
  }
}

const Value* find(const Value& object, const char* name) {
  demand(object.IsObject());
  const auto member = object.FindMember(name);
  return member == object.MemberEnd() ? nullptr : &member->value;
}

/// Calls `visit` for each element of an array that may be left out.
template <class Visit>
void for_each(const Value& object, const char* name, Visit visit) {
  if (const Value* list = find(object, name)) {
    demand(list->IsArray());
    for (const Value& element : list->GetArray()) {
      visit(element);
    }
  }
}

std::string text_of(const Value& object, const char* name) {
  const Value* text = find(object, name);
  demand(text == nullptr || text->IsString());
  return text == nullptr ? std::string() : std::string(text->GetString(), text->GetStringLength());
}

/// A 64-bit integer: in proto3 JSON a string or a number.
template <class Integer>
Integer integer_of(const Value& value) {
  Integer result = 0;
  if (value.IsString()) {
    const std::string_view text(value.GetString(), value.GetStringLength());
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
    demand(error == std::errc() && end == text.data() + text.size() && !text.empty());
    return result;
  }
  if constexpr (std::is_signed_v<Integer>) {
    demand(value.IsInt64());
    return value.GetInt64();
  } else {
    demand(value.IsUint64());
    return value.GetUint64();
  }
}

std::uint64_t count_of(const Value& object, const char* name) {
  const Value* value = find(object, name);
  return value == nullptr ? 0 : integer_of<std::uint64_t>(*value);
}

std::int32_t small_integer(const Value& object, const char* name, std::int32_t most) {
  const Value* value = find(object, name);
  demand(value == nullptr || (value->IsInt() && std::abs(std::int64_t{value->GetInt()}) <= most));
  return value == nullptr ? 0 : value->GetInt();
}

double finite(const Value& value) {
  demand(value.IsNumber() && std::isfinite(value.GetDouble()));
  return value.GetDouble();
}

MetricLabels labels_of(const Value& object) {
  MetricLabels labels;
  for_each(object, "attributes", [&](const Value& attribute) {
    const Value* value = find(attribute, "value");
    demand(value != nullptr && value->IsObject());
    labels.emplace_back(text_of(attribute, "key"), attribute_text(*value));
  });
  std::sort(labels.begin(), labels.end());
  return labels;
}

MetricNumber number_of(const Value& point) {
  if (const Value* integer = find(point, "asInt")) {
    return {.integer = integer_of<std::int64_t>(*integer)};
  }
  const Value* real = find(point, "asDouble");
  demand(real != nullptr);
  return {.real = finite(*real), .is_real = true};
}

template <std::size_t Bytes>
void read_hex(const std::string& text, std::array<std::uint8_t, Bytes>& out) {
  demand(text.size() == Bytes * 2);
  for (std::size_t i = 0; i < Bytes; ++i) {
    const char* const at = text.data() + i * 2;
    const auto [end, error] = std::from_chars(at, at + 2, out[i], 16);
    demand(error == std::errc() && end == at + 2);
  }
}

/// The latest for each bound. Those of numbers, which have no bounds, are at 0.
void read_exemplars(const Value& from, MetricPoint& point) {
  for_each(from, "exemplars", [&](const Value& told) {
    const MetricNumber number = number_of(told);
    afterglow::PrometheusExemplar exemplar;
    exemplar.unix_nano = count_of(told, "timeUnixNano");
    read_hex(text_of(told, "traceId"), exemplar.trace_id.bytes);
    read_hex(text_of(told, "spanId"), exemplar.span_id.bytes);
    exemplar.value = number.is_real ? afterglow::PrometheusNumber(number.real)
                                    : afterglow::PrometheusNumber(number.integer);
    const auto bound = point.up_to.lower_bound(number.value());
    const double key = bound == point.up_to.end() ? 0 : bound->first;
    const auto [kept, is_new] = point.exemplars.try_emplace(key, exemplar);
    if (!is_new && kept->second.unix_nano <= exemplar.unix_nano) {
      kept->second = exemplar;
    }
  });
}

void read_number(const Value& from, MetricPoint& point) {
  point.number = number_of(from);
}

void read_sum(const Value& from, MetricPoint& point) {
  point.up_to[kInfinity] = count_of(from, "count");
  if (const Value* sum = find(from, "sum")) {
    point.number = {.real = finite(*sum), .is_real = true};
    point.has_sum = point.number.real >= 0 && point.up_to.begin()->first >= 0;
  }
}

void read_explicit(const Value& from, MetricPoint& point) {
  std::vector<double> bounds;
  for_each(from, "explicitBounds", [&](const Value& bound) {
    demand(bounds.empty() || bounds.back() < finite(bound));
    bounds.push_back(finite(bound));
  });
  std::uint64_t counted = 0;
  std::size_t bucket = 0;
  for_each(from, "bucketCounts", [&](const Value& told) {
    const auto count = integer_of<std::uint64_t>(told);
    demand(bucket <= bounds.size() && !__builtin_add_overflow(counted, count, &counted));
    if (bucket < bounds.size()) {
      point.up_to[bounds[bucket]] = counted;
    }
    ++bucket;
  });
  demand(bucket == 0 || bucket == bounds.size() + 1);
  demand(bucket == 0 || counted == count_of(from, "count"));
  read_sum(from, point);
}

/// Adds up the buckets of one sign; `visit` gets the index of each that is not empty and the sum.
template <class Visit>
void for_each_bucket(const Value& from, const char* sign, std::uint64_t& counted, Visit visit) {
  const Value* range = find(from, sign);
  if (range == nullptr) {
    return;
  }
  constexpr std::int32_t kMostOffset = 1 << 30;
  std::int64_t index = small_integer(*range, "offset", kMostOffset);
  for_each(*range, "bucketCounts", [&](const Value& told) {
    const auto count = integer_of<std::uint64_t>(told);
    const std::uint64_t before = counted;
    demand(!__builtin_add_overflow(counted, count, &counted));
    if (count != 0) {
      visit(index, before);
    }
    ++index;
  });
}

/// As the page of one instance has them: see <afterglow/prometheus_text.h>.
void read_exponential(const Value& from, MetricPoint& point) {
  constexpr std::int32_t kMostScale = 20;
  const std::int32_t scale = small_integer(from, "scale", kMostScale);
  demand(scale >= -10);
  std::uint64_t counted = count_of(from, "zeroCount");
  for_each_bucket(from, "negative", counted, [](std::int64_t, std::uint64_t) {});
  point.up_to[0] = counted;
  for_each_bucket(from, "positive", counted, [&](std::int64_t index, std::uint64_t before) {
    using afterglow::power_of_two;
    point.up_to.try_emplace(power_of_two(afterglow::power_below(index, scale)), before);
    point.up_to[power_of_two(afterglow::power_above(index, scale))] = counted;
  });
  demand(counted == count_of(from, "count"));
  read_sum(from, point);
}

class Reading {
 public:
  void read(const std::string& part) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(part.data(), part.size());
    demand(!document.HasParseError());
    for_each(document, "resourceMetrics", [this](const Value& resource) {
      if (const Value* told = find(resource, "resource")) {
        report.resource = labels_of(*told);
      }
      for_each(resource, "scopeMetrics", [this](const Value& scope) { read_scope(scope); });
    });
  }

  MetricReport report;

 private:
  using ReadPoint = void (*)(const Value& from, MetricPoint& point);

  void read_scope(const Value& from) {
    scope_.clear();
    if (const Value* scope = find(from, "scope")) {
      const std::string name = text_of(*scope, "name");
      const std::string version = text_of(*scope, "version");
      if (!name.empty()) {
        scope_.emplace_back("otel_scope_name", name);
      }
      if (!version.empty()) {
        scope_.emplace_back("otel_scope_version", version);
      }
    }
    for_each(from, "metrics", [this](const Value& metric) { read_metric(metric); });
  }

  void read_metric(const Value& from) {
    demand(!text_of(from, "name").empty());
    if (const Value* sum = find(from, "sum")) {
      const Value* monotonic = find(*sum, "isMonotonic");
      demand(monotonic == nullptr || monotonic->IsBool());
      const bool counts = monotonic != nullptr && monotonic->GetBool();
      read_points(from, *sum, counts ? MetricKind::Counter : MetricKind::Changing, read_number);
    } else if (const Value* gauge = find(from, "gauge")) {
      read_points(from, *gauge, MetricKind::Gauge, read_number);
    } else if (const Value* histogram = find(from, "histogram")) {
      read_points(from, *histogram, MetricKind::Histogram, read_explicit);
    } else if (const Value* exponential = find(from, "exponentialHistogram")) {
      read_points(from, *exponential, MetricKind::Histogram, read_exponential);
    }
  }

  void read_points(const Value& metric, const Value& data, MetricKind kind, ReadPoint read_point) {
    if (kind != MetricKind::Gauge &&
        small_integer(data, "aggregationTemporality", kCumulative) != kCumulative) {
      return;
    }
    Metric& into = report.metrics[{text_of(metric, "name"), text_of(metric, "unit"), kind}];
    into.description = text_of(metric, "description");
    for_each(data, "dataPoints", [&](const Value& from) {
      MetricPoint point;
      point.unix_nano = count_of(from, "timeUnixNano");
      read_point(from, point);
      demand(kind != MetricKind::Counter || point.number.value() >= 0);
      read_exemplars(from, point);
      MetricLabels labels = labels_of(from);
      labels.insert(labels.end(), scope_.begin(), scope_.end());
      std::sort(labels.begin(), labels.end());
      into.points[std::move(labels)] = std::move(point);
    });
  }

  MetricLabels scope_;
};

}  // namespace

std::optional<MetricReport> read_report(const std::vector<std::string>& parts) {
  try {
    Reading reading;
    for (const std::string& part : parts) {
      reading.read(part);
    }
    return std::move(reading.report);
  } catch (const Malformed&) {
    return std::nullopt;
  }
}

}  // namespace edge_host
