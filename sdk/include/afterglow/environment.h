#pragma once

// Whether operators configure by `OTEL_*`. They can, unless a program says otherwise:
//
//   constinit Telemetry telemetry{memory, {.service_name = "cart-edge",
//                                          .environment = kNoEnvironment}};
//
// Then the host is never asked for its environment, the first use makes one call less, and the
// module links none of what reads it: some 15 KB, 7 KB compressed. What `Config` says holds; what
// the platform tells of itself and imposes holds too. sdk/README.md lists the variables.

#include <cstddef>
#include <span>

namespace afterglow {

namespace config {
struct Reading;
class Variables;
}  // namespace config

namespace detail {
/// Reached only through an `Environment`, so that modules without one do not link it.
config::Reading read_environment(std::span<char> scratch, config::Variables& variables);
using ReadEnvironment = config::Reading (*)(std::span<char> scratch, config::Variables& variables);
}  // namespace detail

class Environment {
 public:
  constexpr Environment() : Environment(&detail::read_environment) {}
  /// No environment.
  constexpr explicit Environment(std::nullptr_t) : Environment(detail::ReadEnvironment{}) {}

  /// Null where it is not read.
  [[nodiscard]] constexpr detail::ReadEnvironment read() const { return read_; }

 private:
  constexpr explicit Environment(detail::ReadEnvironment function) : read_(function) {}

  detail::ReadEnvironment read_;
};

inline constexpr Environment kNoEnvironment{nullptr};

}  // namespace afterglow
