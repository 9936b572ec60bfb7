#pragma once

// Times as people and log pipelines read them.

#include <cstdint>

#include "encode/json_writer.h"

namespace afterglow::encode {

/// Write `"2023-11-14T22:13:20.123456789Z"`: RFC 3339 in UTC, always nine places.
void write_timestamp(JsonWriter& out, std::uint64_t unix_nano);

}  // namespace afterglow::encode
