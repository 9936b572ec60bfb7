#pragma once

// The variables of the environment that mean something here, as a table: a name, what kind of value
// it has and where that goes. Nothing in here keeps a text of the host.

#include <afterglow/hooks.h>
#include <afterglow/host.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "config/fault_line.h"
#include "config/texts.h"
#include "config/values.h"

namespace afterglow::config {

/// Which of the variables to read.
enum class Purpose : std::uint8_t {
  Recording,  ///< Those that decide what is recorded: at an instance's first use.
  Export,     ///< All, at the first flush. Faults of the others were counted before.
};

/// Has the pairs of an environment judged, in any order. The first pair of a name that is not empty
/// counts.
class Variables {
 public:
  /// What is given goes to `values` and, unless that is null, to `texts`. `has_lines`: the program
  /// can write log records as lines.
  Variables(Purpose purpose, Values& values, Texts* texts, bool has_lines)
      : purpose_(purpose), has_lines_(has_lines), values_(values), texts_(texts) {}

  /// Take every pair of the host's environment. `scratch` is lent for the call.
  host::Status read(std::span<char> scratch);

  /// After that: how many are wrong or ignored, each counted for one purpose only. Those of texts
  /// count as `Texts` judges them by now.
  [[nodiscard]] std::uint32_t count_faults();

  /// And after that: read the environment again, and tell what is wrong with it, one line for each
  /// variable. The values are those that are used in the end.
  void tell(std::span<char> scratch, const DiagnosticHandler& handler);

 private:
  static constexpr std::size_t kMaxVariables = 56;  // room for some more

  void take(std::string_view name, std::string_view value);
  [[nodiscard]] Fault read_value(std::uint64_t variable, std::string_view value);
  [[nodiscard]] Fault read_propagators(std::string_view value);
  [[nodiscard]] Fault read_exporter(Word which, std::string_view value);
  void judge_ratio();
  [[nodiscard]] Fault fault_of(std::size_t index) const;
  void tell(std::uint64_t variable, FaultLine& line);

  Purpose purpose_;
  bool has_lines_;
  Values& values_;
  Texts* texts_;
  const DiagnosticHandler* handler_ = nullptr;
  bool seen_[kMaxVariables] = {};
  Fault faults_[kMaxVariables] = {};
};

/// A host without an environment is fine.
[[nodiscard]] constexpr bool is_read(host::Status status) {
  return status == host::Status::Ok || status == host::Status::Unsupported ||
         status == host::Status::NotFound;
}

}  // namespace afterglow::config
