#pragma once

// Headers of any name, as lists: what a request brings and what a span writes.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace afterglow::test {

/// The headers a request brings, duplicates and all.
struct HeaderLines {
  std::vector<std::pair<std::string, std::string>> lines;

  template <typename F>
  void for_each(std::string_view name, F f) const {
    for (const auto& [line_name, value] : lines) {
      if (line_name == name) {
        f(std::string_view(value));
      }
    }
  }
};

/// The headers a span writes, in the order of writing. A name written twice shows twice.
struct WrittenHeaders {
  std::vector<std::pair<std::string, std::string>> lines;

  void set(std::string_view name, std::string_view value) {
    lines.emplace_back(std::string(name), std::string(value));
  }
  [[nodiscard]] int count(std::string_view name) const {
    int count = 0;
    for (const auto& line : lines) {
      count += line.first == name ? 1 : 0;
    }
    return count;
  }
  /// The value, or "(none)".
  [[nodiscard]] std::string at(std::string_view name) const {
    for (const auto& line : lines) {
      if (line.first == name) {
        return line.second;
      }
    }
    return "(none)";
  }
};

}  // namespace afterglow::test
