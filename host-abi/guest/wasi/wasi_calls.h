#pragma once

// WASI preview 1 with the port's types: what every host of core modules has in common. Backends
// build on it; programs on plain WASI may read their own environment with it.

#include <afterglow/host.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow::wasi {

/// The first `count` bytes of a text that has them. Not `substr`, here and below: its bounds check
/// links the C library's printf.
constexpr std::string_view head(std::string_view text, std::size_t count) {
  text.remove_suffix(text.size() - count);
  return text;
}

/// A text without its first `count` bytes, which it has.
constexpr std::string_view tail(std::string_view text, std::size_t count) {
  text.remove_prefix(count);
  return text;
}

/// The one place where WASI's errno becomes ours.
host::Status to_status(std::int32_t wasi_errno);

std::uint64_t wall_clock();
std::uint64_t monotonic_clock();
host::Status random(std::span<std::byte> out);

/// The environment, as one text "NAME=value\0NAME=value\0..." in memory the caller lends.
class Environment {
 public:
  Environment() = default;
  explicit Environment(std::string_view text) : text_(text) {}

  /// Call `visit(name, value)` once a variable, in the host's order.
  void for_each(host::PairVisitor visit) const;

  /// The value of `name`; empty when there is no such variable.
  [[nodiscard]] std::string_view get(std::string_view name) const;

 private:
  std::string_view text_;
};

/// Read the environment into `memory`, which is borrowed by `out`. With `BufferTooSmall` nothing is
/// read and the result's length is what is needed: each variable, its NUL, and a pointer to it.
host::ReadResult read_environment(std::span<char> memory, Environment& out);

/// Write all of `line` and a newline to the descriptor, however little each call takes. A stream
/// that is closed, or takes nothing, is `Unavailable`. `*written` is what did go out.
host::Status write_line(std::int32_t fd, std::string_view line, std::size_t& written);

}  // namespace afterglow::wasi
