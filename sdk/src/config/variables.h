#pragma once

// What the environment says, variable by variable, and what is wrong with it.

#include <afterglow/hooks.h>
#include <afterglow/host.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "config/export_settings.h"
#include "config/fault_line.h"
#include "config/settings.h"
#include "config/values.h"

namespace afterglow::config {

/// Which of the variables to read.
enum class Purpose : std::uint8_t {
  Recording,  ///< Those that decide what is recorded: at an instance's first use.
  Export,     ///< All, at the first flush. Faults of the others were counted before.
};

/// What a line about a wrong value tells of what is used in its place.
struct InForce {
  const Settings& settings;
  ExportSettings& exports;
  const DiagnosticHandler& handler;
};

/// Takes the pairs of an environment, in any order. The first pair of a name that is not empty
/// counts.
class Variables {
 public:
  /// Texts are copied to `memory`. `has_lines`: the program can write log records as lines.
  Variables(Purpose purpose, std::span<char> memory, bool has_lines)
      : purpose_(purpose), has_lines_(has_lines), memory_(memory) {}

  /// Ask the host for its environment. `scratch` is lent for the call.
  host::Status read(std::span<char> scratch);

  /// After that, what was read.
  Values values;
  /// Of a text: with one byte more behind it. Empty where there is none that is usable.
  [[nodiscard]] std::span<char> text(Text which) const {
    return fault(which) == Fault::None ? texts_[static_cast<std::size_t>(which)]
                                       : std::span<char>();
  }
  [[nodiscard]] Fault fault(Text which) const;
  void judge(Text which, Fault fault);

  /// Whether there was anything that means something here.
  [[nodiscard]] bool is_any_given() const { return is_any_given_; }
  /// And how many are wrong or ignored, each counted for one purpose only.
  [[nodiscard]] std::uint32_t faults() const { return counts_[static_cast<std::size_t>(purpose_)]; }
  /// Then read the environment again, and tell what is wrong with it, one line for each variable.
  void tell(std::span<char> scratch, const InForce& in_force);

 private:
  static constexpr std::size_t kMaxVariables = 56;  // room for some more

  void take(const std::string_view& name, std::string_view value);
  [[nodiscard]] Fault read_value(std::uint64_t variable, const std::string_view& value);
  [[nodiscard]] Fault read_propagators(std::string_view list);
  [[nodiscard]] Fault read_exporter(Word which, std::string_view list);
  [[nodiscard]] Fault keep(Text which, const std::string_view& value);
  void judge(std::size_t ordinal, Purpose purpose, Fault fault);
  void judge_ratio();
  void tell(std::uint64_t variable, FaultLine& line) const;
  [[nodiscard]] std::uint32_t number_in_force(Number which) const;

  Purpose purpose_;
  bool has_lines_;
  bool is_any_given_ = false;
  const InForce* in_force_ = nullptr;
  std::span<char> memory_;
  std::span<char> texts_[kTextCount];
  std::uint32_t counts_[2] = {};  // of faults, by purpose
  Fault faults_[kMaxVariables] = {};
};

/// A host without an environment is fine.
[[nodiscard]] constexpr bool is_read(host::Status status) {
  return status == host::Status::Ok || status == host::Status::Unsupported ||
         status == host::Status::NotFound;
}

}  // namespace afterglow::config
