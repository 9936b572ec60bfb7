#pragma once

// The variables of the environment that mean something here, as a table: a name and how its value
// is read. Reading is a pure function of the pairs; nothing in here keeps a text of the host.

#include <afterglow/environment.h>
#include <afterglow/hooks.h>
#include <afterglow/host.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "config/texts.h"
#include "config/values.h"

namespace afterglow::config {

/// Which of the variables to read.
enum class Purpose : std::uint8_t {
  Recording,  ///< Those that decide what is recorded: at an instance's first use.
  Export,     ///< All, at the first flush. Faults of the others were counted before.
};

/// What is used in the end, so that a line about a wrong value can tell.
struct InForce {
  std::uint32_t numbers[kNumberCount] = {};
  SamplerKind sampler = SamplerKind::Program;
  Given ratio_given = Given::No;
  ExportWay ways[kSignalCount] = {};  ///< By `index_of`.
  const Texts* texts = nullptr;
};

struct Reading {
  host::Status status = host::Status::Ok;
  std::uint32_t faults = 0;  ///< Variables that are ignored or wrong.

  /// A host without an environment is fine.
  [[nodiscard]] bool is_read() const {
    return status == host::Status::Ok || status == host::Status::Unsupported ||
           status == host::Status::NotFound;
  }
};

/// Takes the pairs of an environment, in any order. The first pair of a name that is not empty
/// counts.
class Variables {
 public:
  Variables(Purpose purpose, Values& values) : purpose_(purpose), values_(values) {}

  /// Copy texts to there.
  void keep_texts(Texts& texts) { texts_ = &texts; }
  /// Instead of counting what is wrong, tell it: one line for each variable.
  void tell(const InForce& in_force, const DiagnosticHandler& handler) {
    in_force_ = &in_force;
    handler_ = &handler;
  }

  void take(std::string_view name, std::string_view value);

  /// After the last pair: the faults in these, each counted for one purpose only.
  [[nodiscard]] std::uint32_t faults() const;

 private:
  Purpose purpose_;
  Values& values_;
  Texts* texts_ = nullptr;
  const InForce* in_force_ = nullptr;
  const DiagnosticHandler* handler_ = nullptr;
  std::uint64_t seen_ = 0;  // one bit for each row of the table
  std::uint32_t faults_ = 0;
};

/// Have the environment read, where the program wants it: all pairs at once. `scratch` is lent for
/// the call.
inline Reading read(const Environment& environment, std::span<char> scratch, Variables& variables) {
  return environment.read() == nullptr ? Reading{} : environment.read()(scratch, variables);
}

}  // namespace afterglow::config
