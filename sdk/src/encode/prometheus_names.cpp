#include "encode/prometheus_names.h"

#include <afterglow/ascii.h>

namespace afterglow::encode {
namespace {

struct Word {
  std::string_view unit;
  std::string_view word;
};

constexpr Word kUnits[] = {
    {"d", "days"},          {"h", "hours"},         {"min", "minutes"},    {"s", "seconds"},
    {"ms", "milliseconds"}, {"us", "microseconds"}, {"ns", "nanoseconds"}, {"By", "bytes"},
    {"KiBy", "kibibytes"},  {"MiBy", "mebibytes"},  {"GiBy", "gibibytes"}, {"TiBy", "tibibytes"},
    {"KBy", "kilobytes"},   {"kBy", "kilobytes"},   {"MBy", "megabytes"},  {"GBy", "gigabytes"},
    {"TBy", "terabytes"},   {"m", "meters"},        {"V", "volts"},        {"A", "amperes"},
    {"J", "joules"},        {"W", "watts"},         {"g", "grams"},        {"Cel", "celsius"},
    {"Hz", "hertz"},        {"%", "percent"},
};

// Behind a slash they are singular.
constexpr Word kPer[] = {
    {"s", "second"}, {"min", "minute"}, {"h", "hour"}, {"d", "day"},
    {"wk", "week"},  {"mo", "month"},   {"a", "year"},
};

std::string_view word_of(std::string_view unit, std::span<const Word> words) {
  for (const Word& known : words) {
    if (known.unit == unit) {
      return known.word;
    }
  }
  return unit;
}

// Adds one side of the slash; annotations in braces say what is counted, not in what.
void add_side(PrometheusName& name, std::string_view side, std::span<const Word> words) {
  while (!side.empty()) {
    const std::size_t open = side.find('{');
    const std::string_view plain(side.data(), open < side.size() ? open : side.size());
    name.add(word_of(plain, words));
    side.remove_prefix(plain.size());
    const std::size_t close = side.find('}');
    side.remove_prefix(close < side.size() ? close + 1 : side.size());
  }
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool ends_with(std::string_view text, std::string_view ending) {
  return text.size() > ending.size() &&
         std::string_view(text.data() + text.size() - ending.size(), ending.size()) == ending;
}

void PrometheusName::add(char c) {
  const bool stands = detail::is_letter(c) || is_digit(c) || (c == ':' && with_colons_);
  const char kept = stands ? c : '_';
  if (size_ == 0 && is_digit(kept)) {
    add('_');
  }
  const bool repeats = kept == '_' && size_ != 0 && out_[size_ - 1] == '_';
  if (!repeats && size_ < out_.size()) {
    out_[size_++] = kept;
  }
}

void PrometheusName::add(std::string_view text) {
  for (const char c : text) {
    add(c);
  }
}

void PrometheusName::remove(std::string_view ending) {
  if (ends_with({out_.data(), size_}, ending)) {
    size_ -= ending.size();
  }
}

std::string_view PrometheusName::text() {
  if (size_ == 0) {
    add('_');
  }
  return {out_.data(), size_};
}

std::string_view prometheus_unit(std::string_view unit, PrometheusType type, std::span<char> out) {
  if (unit.empty() || unit == "1") {
    return unit.empty() || type != PrometheusType::Gauge ? "" : "ratio";
  }
  PrometheusName name(out);
  const std::size_t slash = unit.find('/');
  add_side(name, {unit.data(), slash < unit.size() ? slash : unit.size()}, kUnits);
  if (slash < unit.size()) {
    unit.remove_prefix(slash + 1);
    name.add("_per_");
    add_side(name, unit, kPer);
  }
  std::string_view words = name.text();
  while (!words.empty() && words.front() == '_') {
    words.remove_prefix(1);
  }
  while (!words.empty() && words.back() == '_') {
    words.remove_suffix(1);
  }
  return words == "per" ? "" : words;
}

}  // namespace afterglow::encode
