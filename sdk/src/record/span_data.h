#pragma once

// What an open span gathers besides attributes: events, its status, a new name.

#include <afterglow/attribute.h>

#include <cstdint>
#include <string_view>

#include "record/recorder.h"

namespace afterglow::record {

/// Add an event, now (0) or at `unix_nano`. Of a key that is in both lists, `attributes` wins.
void add_event(Recorder& recorder, SpanRecord& span, std::string_view name, std::uint64_t unix_nano,
               Attributes own_attributes, Attributes attributes);

/// Unset < Error < Ok: a weaker status changes nothing. The message stays with Error only.
void set_status(Recorder& recorder, SpanRecord& span, StatusCode code, std::string_view message);

/// Replace the name; the old one stays when the new one does not fit. Names pass no policy.
void set_name(Recorder& recorder, SpanRecord& span, std::string_view name);

}  // namespace afterglow::record
