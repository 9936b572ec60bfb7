#pragma once

// Whether operators configure by `OTEL_*`. They can, unless a program says otherwise:
//
//   constinit Telemetry telemetry{memory, {.service_name = "cart-edge",
//                                          .environment = kNoEnvironment}};
//
// Then the host is never asked for its environment, the first use makes one call less, and the
// module links none of what reads it: some 11 KB, 6 KB compressed. What `Config` says holds; what
// the platform tells of itself and imposes holds too. sdk/README.md lists the variables.

#include <cstddef>

namespace afterglow {

namespace detail {
/// Reached only through an `Environment`, so that modules without one do not link it.
struct EnvironmentReader;
extern const EnvironmentReader kEnvironmentReader;
}  // namespace detail

class Environment {
 public:
  constexpr Environment() : reader_(&detail::kEnvironmentReader) {}
  /// No environment.
  constexpr explicit Environment(std::nullptr_t) {}

  /// Null where it is not read.
  [[nodiscard]] constexpr const detail::EnvironmentReader* reader() const { return reader_; }

 private:
  const detail::EnvironmentReader* reader_ = nullptr;
};

inline constexpr Environment kNoEnvironment{nullptr};

}  // namespace afterglow
