#include "metric_table.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

#include "terminal_text.h"

namespace demo {

namespace {

constexpr std::size_t kMaxBars = 32;
constexpr std::string_view kUnicodeLevels[] = {"·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::string_view kAsciiLevels[] = {".", "_", "_", "-", "-", "=", "=", "#", "#"};
constexpr std::size_t kLevels = std::size(kUnicodeLevels) - 1;

/// The last part of a key says enough: `status_code` of `http.response.status_code`.
std::string short_name(const std::string& key) {
  return key.substr(key.rfind('.') + 1);
}

std::string number_text(double number) {
  char out[32];
  std::snprintf(out, sizeof out, "%.6g", number);
  return out;
}

/// A measured value in its unit; times as one reads them.
std::string value_text(double value, const std::string& unit, bool unicode) {
  constexpr double kLongest = 1e9;  // seconds
  if (unit == "s" && value >= 0 && value < kLongest) {
    return duration_text(static_cast<std::uint64_t>(std::llround(value * 1e9)), unicode);
  }
  return number_text(value);
}

/// The buckets as bars of eight heights, the tallest for the fullest; what is not empty is seen.
std::string bars_text(std::vector<std::uint64_t> buckets, bool unicode) {
  while (buckets.size() > kMaxBars) {  // neighbours together
    for (std::size_t i = 0; i < buckets.size(); i += 2) {
      buckets[i / 2] = buckets[i] + (i + 1 < buckets.size() ? buckets[i + 1] : 0);
    }
    buckets.resize((buckets.size() + 1) / 2);
  }
  std::string bars;
  const std::uint64_t most = *std::max_element(buckets.begin(), buckets.end());
  for (const std::uint64_t count : buckets) {
    const double share = most == 0 ? 0 : static_cast<double>(count) / static_cast<double>(most);
    const auto level = static_cast<std::size_t>(std::ceil(share * kLevels));
    bars.append(unicode ? kUnicodeLevels[level] : kAsciiLevels[level]);
  }
  return bars;
}

class Table {
 public:
  explicit Table(const TerminalStyle& style)
      : style_(style), width_(std::max<std::size_t>(style.width, 60)) {}

  void add(const MetricPoint& point) {
    if (!has_heading_ || service_ != point.service) {
      has_heading_ = true;
      has_name_ = false;
      service_ = point.service;
      out_.append(painted("1", fit(clean(service_), 40, ellipsis()), style_.colour));
      out_.append(style_.unicode ? " · metrics so far\n" : " - metrics so far\n");
    }
    if (!has_name_ || name_ != point.name) {
      has_name_ = true;
      name_ = point.name;
      out_.append(painted("36", fit(clean(name_), width_ / 2, ellipsis()), style_.colour));
      dim(point.unit.empty() ? "" : "  " + fit(clean(point.unit), 20, ellipsis()));
      out_.push_back('\n');
    }
    row(point);
    if (point.distribution.has_value()) {
      spread(*point.distribution, point.unit);
    }
  }

  void note_left_out(std::size_t points) {
    if (points != 0) {
      out_.append("and ").append(std::to_string(points)).append(" points more\n");
    }
  }

  std::string text() { return std::move(out_); }

 private:
  void row(const MetricPoint& point) {
    const std::string value = point.distribution.has_value()
                                  ? std::to_string(point.distribution->count)
                              : point.is_real ? value_text(point.real, point.unit, style_.unicode)
                                              : std::to_string(point.integer);
    const std::size_t room = width_ - 4 - std::min<std::size_t>(columns(value), 30);
    out_.append("   ").append(pad(fit(labels(point), room, ellipsis()), room));
    out_.append(" ").append(value).append("\n");
  }

  static std::string labels(const MetricPoint& point) {
    std::string text;
    for (const auto& [key, value] : point.attributes) {
      text.append(text.empty() ? "" : "  ").append(clean(short_name(key)));
      text.append("=").append(clean(value));
    }
    return text.empty() ? "all" : text;
  }

  void spread(const Distribution& distribution, const std::string& unit) {
    std::string text = distribution.buckets.empty()
                           ? std::string()
                           : bars_text(distribution.buckets, style_.unicode) + "  ";
    const auto shown = [&](double value) { return value_text(value, unit, style_.unicode); };
    if (distribution.min.has_value() && distribution.max.has_value()) {
      const bool is_range = *distribution.min < *distribution.max;
      text.append(shown(*distribution.min));
      text.append(is_range ? " to " + shown(*distribution.max) : "").append(", ");
    }
    text.append("sum ").append(shown(distribution.sum));
    out_.append("   ");
    dim(fit(text, width_ - 3, ellipsis()));
    out_.push_back('\n');
  }

  void dim(const std::string& text) {
    if (!text.empty()) {
      out_.append(painted("2", text, style_.colour));
    }
  }
  [[nodiscard]] std::string_view ellipsis() const { return style_.unicode ? "…" : "~"; }

  const TerminalStyle style_;
  const std::size_t width_;
  bool has_heading_ = false;
  bool has_name_ = false;
  std::string service_;
  std::string name_;
  std::string out_;
};

}  // namespace

std::string draw_metrics(const MetricTotals& totals, const TerminalStyle& style) {
  Table table(style);
  for (const MetricPoint& point : totals.all()) {
    table.add(point);
  }
  table.note_left_out(totals.left_out());
  return table.text();
}

}  // namespace demo
