#pragma once

// Values of the pages as plain JSON, for people and log pipelines: `{"items":[1,2.5,"NaN"]}`.

#include "encode/json_writer.h"
#include "record/recorder.h"

namespace afterglow::encode {

/// Write one value. Integers are numbers, bytes are base64, what JSON has no number for is a string
/// ("NaN", "Infinity", "-Infinity").
void write_plain(JsonWriter& out, const record::Recorder& recorder,
                 const record::StoredValue& value);

}  // namespace afterglow::encode
