#pragma once

// Text on its way into the pages: as it is, or what the policy records instead, written straight
// into its last place.

#include <cstdint>
#include <string_view>

#include "record/recorder.h"
#include "record/trace_memory.h"

namespace afterglow::record {

/// In characters.
struct TextLimits {
  std::uint32_t kept;      ///< Of a text that the policy keeps.
  std::uint32_t replaced;  ///< Of what it records instead.
};

struct RedactedText {
  redact::Verdict verdict;
  StoredText text;  ///< Empty for Drop.
};

/// `text`, cut after `max_length` characters.
std::string_view limited(std::string_view text, std::uint32_t max_length);

/// Copy `text` as `decision` says; `append` tells whether it fits.
RedactedText copy_redacted(Recorder& recorder, Append& append, const redact::Decision& decision,
                           std::string_view text, const TextLimits& limits);

/// A message, such as the one of a status: patterns only, uncut.
StoredText copy_message(Recorder& recorder, Append& append, std::string_view message);

}  // namespace afterglow::record
