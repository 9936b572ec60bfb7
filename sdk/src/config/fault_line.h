#pragma once

// The line about a variable that is wrong or ignored:
//
//   afterglow: OTEL_BSP_EXPORT_TIMEOUT="-5" is not a number from 1 to 4294967295: 10000 is used

#include <afterglow/hooks.h>

#include <cstdint>
#include <string_view>

namespace afterglow::config {

/// What is wrong with a value; nothing when `problem` is empty.
struct Verdict {
  std::string_view problem = {};
  std::string_view instead = {};  ///< Empty: `number` is used.
  std::uint32_t number = 0;

  [[nodiscard]] bool is_fault() const { return !problem.empty(); }
};

/// How much of a value a line may show.
enum class Shown : std::uint8_t {
  Value,
  Names,    ///< Of a list of `name=value`, the names: the values may be secrets.
  Nothing,  ///< Not even those: what is not a list may be all secret.
};

/// Hand the line to the handler, or the host's log. Of the value at most 64 characters are shown,
/// all printable ASCII: anything else becomes a question mark.
void tell_fault(const DiagnosticHandler& handler, std::string_view name, std::string_view value,
                Shown shown, const Verdict& verdict);

}  // namespace afterglow::config
