#pragma once

// How the value of a variable is read: one function for each kind of value, which sets what it
// understands and says what it does not.

#include <cstdint>
#include <string_view>

#include "config/fault_line.h"
#include "config/texts.h"
#include "config/values.h"
#include "config/variables.h"

namespace afterglow::config {

/// What a reader may fill and ask.
struct ReadContext {
  Values& values;
  Texts* texts;             ///< Null: texts are not kept.
  const InForce* in_force;  ///< Null in a reading that does not tell.
};

/// What a row of the table says beyond the name and the reader. Readers use what they need.
struct Slot {
  Number number = Number::AttributeCount;
  std::uint32_t least = 0;  ///< The smallest number that makes sense.
  Text text = Text::ServiceName;
  Signal signal = Signal::Traces;
  std::string_view reason = {};  ///< Why the variable is ignored.
};

/// `value` is trimmed and not empty.
using Reader = Verdict (*)(const ReadContext& context, const Slot& slot, std::string_view value);

Verdict read_disabled(const ReadContext& context, const Slot& slot, std::string_view value);
Verdict read_log_level(const ReadContext& context, const Slot& slot, std::string_view value);
Verdict read_propagators(const ReadContext& context, const Slot& slot, std::string_view value);
Verdict read_sampler(const ReadContext& context, const Slot& slot, std::string_view value);
Verdict read_ratio(const ReadContext& context, const Slot& slot, std::string_view value);
Verdict read_temporality(const ReadContext& context, const Slot& slot, std::string_view value);
Verdict read_exemplar_filter(const ReadContext& context, const Slot& slot, std::string_view value);
Verdict read_exporter(const ReadContext& context, const Slot& slot, std::string_view value);
Verdict read_number(const ReadContext& context, const Slot& slot, std::string_view value);
Verdict read_compression(const ReadContext& context, const Slot& slot, std::string_view value);
Verdict read_protocol(const ReadContext& context, const Slot& slot, std::string_view value);
Verdict read_text(const ReadContext& context, const Slot& slot, std::string_view value);
/// For variables that can have no meaning here.
Verdict ignore(const ReadContext& context, const Slot& slot, std::string_view value);

}  // namespace afterglow::config
