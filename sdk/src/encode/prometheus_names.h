#pragma once

// OpenTelemetry's names and units as Prometheus takes them. See <afterglow/prometheus_text.h>.

#include <afterglow/prometheus_text.h>

#include <cstddef>
#include <span>
#include <string_view>

namespace afterglow::encode {

/// A name that grows in lent memory, [a-zA-Z_][a-zA-Z0-9_]*, with `:` where that is allowed: what
/// cannot stand becomes `_`, and several of them one. What does not fit is left out.
class PrometheusName {
 public:
  explicit PrometheusName(std::span<char> out, bool with_colons = false)
      : out_(out), with_colons_(with_colons) {}

  void add(std::string_view text);
  /// Take `ending` away, if the name ends so and is longer.
  void remove(std::string_view ending);
  /// Never empty: then it is `_`.
  [[nodiscard]] std::string_view text();

 private:
  void add(char c);

  std::span<char> out_;
  std::size_t size_ = 0;
  bool with_colons_;
};

/// `text` ends so and is longer.
[[nodiscard]] bool ends_with(std::string_view text, std::string_view ending);

/// The unit in words, in `out`; empty when there is none to tell.
[[nodiscard]] std::string_view prometheus_unit(std::string_view unit, PrometheusType type,
                                               std::span<char> out);

}  // namespace afterglow::encode
