#pragma once

// Log records whose messages, and one attribute each, hold every byte there is, and what else tears
// lines or strings apart. In groups that a small buffer holds.

#include <afterglow/afterglow.h>

namespace every_byte {

/// 0 to 7: each of 32 bytes between other text; 8: all of them in one message, and sequences.
inline constexpr unsigned kGroups = 9;

void log_group(afterglow::Telemetry& telemetry, unsigned group);

}  // namespace every_byte
