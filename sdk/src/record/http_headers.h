#pragma once

// Headers as attributes: those on the policy's list, each as the array of its lines.

#include <afterglow/propagation.h>

#include <string_view>

#include "record/recorder.h"

namespace afterglow::record {

/// Record the listed ones of `headers` under `prefix` and their name in lower case. Of one name at
/// most 8 lines, of names at most 64 characters.
void set_headers(Recorder& recorder, SpanRecord& span, std::string_view prefix,
                 const IncomingHeaders& headers);

}  // namespace afterglow::record
