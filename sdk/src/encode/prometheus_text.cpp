#include <afterglow/prometheus_text.h>

#include <cstring>
#include <limits>

#include "base/utf8.h"
#include "encode/prometheus_names.h"

namespace afterglow {
namespace {

using encode::PrometheusName;

constexpr std::size_t kMaxUnit = 128;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// OpenMetrics allows 128 characters of names and values for the labels of an exemplar.
static_assert(sizeof("trace_id") - 1 + 32 + sizeof("span_id") - 1 + 16 <= 128);

// Insertion: sets are small, and mostly sorted already.
void sort(std::span<PrometheusLabel> labels) {
  for (std::size_t i = 1; i < labels.size(); ++i) {
    const PrometheusLabel label = labels[i];
    std::size_t at = i;
    for (; at != 0 && label.key < labels[at - 1].key; --at) {
      labels[at] = labels[at - 1];
    }
    labels[at] = label;
  }
}

// Do both keys become the same name?
bool same_name(std::string_view a, std::string_view b) {
  char memory_a[256];
  char memory_b[256];
  PrometheusName name_a(memory_a);
  PrometheusName name_b(memory_b);
  name_a.add(a);
  name_b.add(b);
  return name_a.text() == name_b.text();
}

std::string_view name_of(PrometheusType type) {
  switch (type) {
    case PrometheusType::Counter:
      return "counter";
    case PrometheusType::Gauge:
      return "gauge";
    case PrometheusType::Histogram:
      return "histogram";
    case PrometheusType::Info:
      return "info";
  }
  return "unknown";
}

}  // namespace

double power_of_two(std::int64_t exponent) {
  if (exponent > 1023) {
    return kInfinity;
  }
  if (exponent < -1074) {
    return 0;
  }
  const std::uint64_t bits = exponent >= -1022 ? static_cast<std::uint64_t>(exponent + 1023) << 52U
                                               : std::uint64_t{1} << (exponent + 1074);
  double power = 0;
  std::memcpy(&power, &bits, sizeof power);
  return power;
}

// --- bytes --------------------------------------------------------------------------------------

void PrometheusText::put(char c) {
  if (size_ < out_.size()) {
    out_[size_] = c;
  }
  ++size_;
}

PrometheusText& PrometheusText::put(std::string_view text) {
  for (const char c : text) {
    put(c);
  }
  return *this;
}

void PrometheusText::put_digits(std::uint64_t number, std::size_t width) {
  char digits[20];
  std::size_t count = 0;
  while (number != 0 || count < width) {
    digits[sizeof digits - ++count] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  put({digits + sizeof digits - count, count});
}

void PrometheusText::put(const PrometheusNumber& number) {
  using Kind = PrometheusNumber::Kind;
  if (number.kind_ != Kind::Real) {
    put(number.kind_ == Kind::Negative ? "-" : "");
    return put_digits(number.magnitude_);
  }
  const double value = number.real_;
  if (value != value) {
    put("NaN");
  } else if (value == kInfinity || value == -kInfinity) {
    put(value < 0 ? "-Inf" : "+Inf");
  } else {
    char digits[32];
    put(format_double_ == nullptr ? "0" : std::string_view(digits, format_double_(value, digits)));
  }
}

void PrometheusText::put_escaped(std::string_view text, bool quotes) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    const text::CodePoint character = text::next_code_point(at, end);
    if (!character.valid) {
      put("\xEF\xBF\xBD");
    } else if (*at == '\n') {
      put("\\n");
    } else {
      put(*at == '\\' || (*at == '"' && quotes) ? "\\" : "");
      put(std::string_view(at, character.length));
    }
    at += character.length;
  }
}

// --- families -----------------------------------------------------------------------------------

bool PrometheusText::begin_family(const PrometheusFamily& family) {
  type_ = family.type;
  char memory[kMaxUnit];
  const std::string_view unit = encode::prometheus_unit(family.unit, family.type, memory);
  make_name(family, unit);
  if (is_taken()) {
    ++collisions_;
    return false;
  }
  put_metadata(family, unit);
  return true;
}

void PrometheusText::make_name(const PrometheusFamily& family, std::string_view unit) {
  PrometheusName name(name_, true);
  name.add(family.name);
  if (type_ == PrometheusType::Counter) {
    name.remove("_total");
  }
  char ending[kMaxUnit + 1] = {'_'};
  for (std::size_t i = 0; i < unit.size(); ++i) {
    ending[i + 1] = unit[i];
  }
  const std::string_view suffix(ending, unit.size() + 1);
  if (!unit.empty() && !encode::ends_with(name.text(), suffix)) {
    name.add(suffix);
  }
  name_size_ = name.text().size();
}

std::string_view PrometheusText::suffix(PrometheusPart part) const {
  switch (part) {
    case PrometheusPart::Bucket:
      return "_bucket";
    case PrometheusPart::Count:
      return "_count";
    case PrometheusPart::Sum:
      return "_sum";
    case PrometheusPart::Value:
      break;
  }
  const bool is_counter = type_ == PrometheusType::Counter;
  return is_counter ? "_total" : type_ == PrometheusType::Info ? "_info" : "";
}

// In plain text a family is called as its samples are, and there is no type for information.
std::string_view PrometheusText::family_suffix() const {
  return format_ == PrometheusFormat::Text ? suffix(PrometheusPart::Value) : "";
}

// Is there a line that begins with `before`, the name and `after`, followed by one of `ends`?
bool PrometheusText::has_line(std::string_view before, std::string_view after,
                              std::string_view ends) const {
  std::string_view rest(out_.data(), size_ < out_.size() ? size_ : out_.size());
  const auto take = [](std::string_view& line, std::string_view part) {
    const bool begins =
        line.size() >= part.size() && std::string_view(line.data(), part.size()) == part;
    line.remove_prefix(begins ? part.size() : 0);
    return begins;
  };
  while (!rest.empty()) {
    std::string_view line = rest;
    if (take(line, before) && take(line, name()) && take(line, after) && !line.empty() &&
        ends.find(line.front()) != std::string_view::npos) {
      return true;
    }
    const std::size_t end = rest.find('\n');
    rest.remove_prefix(end < rest.size() ? end + 1 : rest.size());
  }
  return false;
}

// The name of a counter without `_total` counts too, so that both formats leave out the same.
bool PrometheusText::is_taken() const {
  if (has_line("# TYPE ", "", " ") || has_line("# TYPE ", "_total counter", "\n")) {
    return true;
  }
  if (type_ != PrometheusType::Histogram) {
    return has_line("", suffix(PrometheusPart::Value), " {");
  }
  for (const auto part : {PrometheusPart::Bucket, PrometheusPart::Count, PrometheusPart::Sum}) {
    if (has_line("", suffix(part), " {")) {
      return true;
    }
  }
  return false;
}

void PrometheusText::put_metadata(const PrometheusFamily& family, std::string_view unit) {
  const bool is_open = format_ == PrometheusFormat::OpenMetrics;
  const bool is_info = type_ == PrometheusType::Info;
  put("# TYPE ").put(name()).put(family_suffix()).put(" ");
  put(name_of(is_info && !is_open ? PrometheusType::Gauge : type_)).put("\n");
  if (is_open && !unit.empty()) {
    put("# UNIT ").put(name()).put(" ").put(unit).put("\n");
  }
  if (!family.description.empty()) {
    put("# HELP ").put(name()).put(family_suffix()).put(" ");
    put_escaped(family.description, is_open);
    put("\n");
  }
}

// --- samples ------------------------------------------------------------------------------------

PrometheusText& PrometheusText::label_text(std::string_view text) {
  put_escaped(text, true);
  return *this;
}

PrometheusText& PrometheusText::label_number(PrometheusNumber number) {
  put(number);
  return *this;
}

void PrometheusText::put_name_of(std::string_view key) {
  char memory[256];
  PrometheusName name(memory);
  name.add(key);
  put(type_ == PrometheusType::Histogram && name.text() == "le" ? "_le" : name.text());
}

// Each name once, with the values of all keys that become it, in the order of the keys.
void PrometheusText::put_labels(std::span<PrometheusLabel> labels, const PrometheusSample& sample) {
  sort(labels);
  bool is_first = true;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    bool is_written = false;
    for (std::size_t earlier = 0; earlier < i && !is_written; ++earlier) {
      is_written = same_name(labels[earlier].key, labels[i].key);
    }
    if (is_written) {
      continue;
    }
    put(is_first ? "{" : ",");
    is_first = false;
    put_name_of(labels[i].key);
    put("=\"");
    for (std::size_t same = i; same < labels.size(); ++same) {
      const PrometheusLabel& label = labels[same];
      if (same != i && !same_name(labels[i].key, label.key)) {
        continue;
      }
      put(same == i ? "" : ";");
      if (label.write != nullptr) {
        label.write(*this, label.value);
      } else {
        label_text(label.value);
      }
    }
    put("\"");
  }
  if (sample.part == PrometheusPart::Bucket) {
    put(is_first ? "{le=\"" : ",le=\"");
    put(PrometheusNumber(sample.bound));
    put("\"");
    is_first = false;
  }
  put(is_first ? "" : "}");
}

void PrometheusText::put_exemplar(const PrometheusExemplar& exemplar) {
  char trace_id[32];
  char span_id[16];
  exemplar.trace_id.to_hex(trace_id);
  exemplar.span_id.to_hex(span_id);
  put(" # {trace_id=\"").put(std::string_view(trace_id, sizeof trace_id));
  put("\",span_id=\"").put(std::string_view(span_id, sizeof span_id)).put("\"} ");
  put(exemplar.value);
  constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;
  put(" ");
  put_digits(exemplar.unix_nano / kNanosecondsPerSecond);
  put(".");
  put_digits(exemplar.unix_nano % kNanosecondsPerSecond, 9);
}

void PrometheusText::sample(std::span<PrometheusLabel> labels, const PrometheusSample& sample) {
  put(name()).put(suffix(sample.part));
  put_labels(labels, sample);
  put(" ");
  put(sample.value);
  const bool takes_exemplars =
      format_ == PrometheusFormat::OpenMetrics &&
      (type_ == PrometheusType::Counter || sample.part == PrometheusPart::Bucket);
  if (sample.exemplar != nullptr && takes_exemplars) {
    put_exemplar(*sample.exemplar);
  }
  put("\n");
}

void PrometheusText::close() {
  put(format_ == PrometheusFormat::OpenMetrics ? "# EOF\n" : "");
}

}  // namespace afterglow
