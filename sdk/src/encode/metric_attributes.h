#pragma once

// Attributes of metric points as OTLP/JSON, from their stored form.

#include "encode/json_writer.h"
#include "measure/collection.h"

namespace afterglow::encode {

/// Write `,"attributes":[…]`; nothing for an empty set. The overflow point says that it is one.
void write_attributes(JsonWriter& out, const measure::PointView& point);

}  // namespace afterglow::encode
