#pragma once

// The instrumentation scope that stands before the items it made.

#include <afterglow/trace_types.h>

#include <string_view>

#include "encode/json_writer.h"

namespace afterglow::encode {

/// Write `{"scope":{…},"schemaUrl":…,"<items>":[`, without what the scope does not say.
void begin_scope(JsonWriter& out, const Scope& scope, std::string_view items);

/// What closes it.
inline constexpr std::string_view kEndOfScope = "]}";

}  // namespace afterglow::encode
