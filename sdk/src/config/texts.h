#pragma once

// Texts of the environment that are needed for a while after it was read, copied into lent memory.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "config/fault_line.h"

namespace afterglow::config {

enum class Text : std::uint8_t {
  ServiceName,
  ResourceAttributes,
  Endpoint,
  // One for each signal, in the order of `Signal`.
  TracesEndpoint,
  MetricsEndpoint,
  LogsEndpoint,
  Headers,
  TracesHeaders,
  MetricsHeaders,
  LogsHeaders,
};
inline constexpr std::size_t kTextCount = 10;

class Texts {
 public:
  explicit Texts(std::span<char> memory) : memory_(memory) {}

  /// Copy `value`, with room for one more byte behind it.
  void keep(Text which, std::string_view value) {
    if (value.size() >= memory_.size()) {
      judge(which, Fault::NoRoom);
      return;
    }
    std::memcpy(memory_.data(), value.data(), value.size());
    kept_[static_cast<std::size_t>(which)] = memory_.first(value.size() + 1);
    memory_ = memory_.subspan(value.size() + 1);
  }

  [[nodiscard]] std::string_view text(Text which) const {
    const std::span<char>& kept = kept_[static_cast<std::size_t>(which)];
    return {kept.data(), kept.empty() ? 0 : kept.size() - 1};
  }
  /// With the byte behind it; empty when there is none.
  [[nodiscard]] std::span<char>& memory(Text which) {
    return kept_[static_cast<std::size_t>(which)];
  }

  /// What is wrong with it.
  [[nodiscard]] Fault fault(Text which) const { return faults_[static_cast<std::size_t>(which)]; }
  void judge(Text which, Fault fault) { faults_[static_cast<std::size_t>(which)] = fault; }

  /// Whether the environment has it at all.
  [[nodiscard]] bool is_given(Text which) const {
    return fault(which) != Fault::None || !kept_[static_cast<std::size_t>(which)].empty();
  }
  [[nodiscard]] bool is_usable(Text which) const {
    return fault(which) == Fault::None && !kept_[static_cast<std::size_t>(which)].empty();
  }

 private:
  std::span<char> memory_;
  std::span<char> kept_[kTextCount];
  Fault faults_[kTextCount] = {};
};

}  // namespace afterglow::config
