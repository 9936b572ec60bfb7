#pragma once

// Texts of the environment that are needed for a while after it was read, copied into lent memory.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace afterglow::config {

enum class Text : std::uint8_t {
  ServiceName,
  ResourceAttributes,
  Endpoint,
  TracesEndpoint,
  Headers,
  TracesHeaders,
  LogsEndpoint,
  LogsHeaders,
  MetricsEndpoint,
  MetricsHeaders,
};
inline constexpr std::size_t kTextCount = 10;

/// What became of a text. All but the first two are worth a diagnostic line.
enum class TextUse : std::uint8_t {
  Missing,
  Used,          ///< Or there is a better one.
  NoRoom,        ///< Larger than the memory for it.
  Malformed,     ///< Not what it should be.
  HostOwnsUrl,   ///< The host decides where telemetry goes.
  ProgramNames,  ///< The program's own destination wins.
  NoEndpoint,    ///< Headers for an endpoint that is not used.
};

class Texts {
 public:
  explicit Texts(std::span<char> memory) : memory_(memory) {}

  /// Copy `value`, with room for one more byte behind it.
  void keep(Text which, std::string_view value) {
    const auto index = static_cast<std::size_t>(which);
    if (value.size() >= memory_.size()) {
      uses[index] = TextUse::NoRoom;
      return;
    }
    std::memcpy(memory_.data(), value.data(), value.size());
    texts_[index] = memory_.first(value.size() + 1);
    memory_ = memory_.subspan(value.size() + 1);
    uses[index] = TextUse::Used;
  }

  [[nodiscard]] std::string_view text(Text which) const {
    const std::span<char> kept = texts_[static_cast<std::size_t>(which)];
    return {kept.data(), kept.empty() ? 0 : kept.size() - 1};
  }
  /// With the byte behind it; empty when there is none.
  [[nodiscard]] std::span<char> memory(Text which) const {
    return texts_[static_cast<std::size_t>(which)];
  }
  [[nodiscard]] TextUse use(Text which) const { return uses[static_cast<std::size_t>(which)]; }
  void judge(Text which, TextUse use) { uses[static_cast<std::size_t>(which)] = use; }

  TextUse uses[kTextCount] = {};

 private:
  std::span<char> memory_;
  std::span<char> texts_[kTextCount];
};

}  // namespace afterglow::config
