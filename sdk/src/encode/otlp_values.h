#pragma once

// Attributes as OTLP/JSON: `{"key":…,"value":{"stringValue":…}}`, from records and from constants.

#include <afterglow/attribute.h>

#include "encode/json_writer.h"
#include "record/recorder.h"

namespace afterglow::encode {

/// Write `,"attributes":[…]` and, where some were lost, `,"droppedAttributesCount":n`; nothing for
/// an empty list.
void write_attributes(JsonWriter& out, const record::Recorder& recorder, const record::List& list);

/// Write one value of the pages: `{"stringValue":…}`.
void write_stored_value(JsonWriter& out, const record::Recorder& recorder,
                        const record::StoredValue& value);

/// Write one value that is not in the pages.
void write_value(JsonWriter& out, const Value& value);

/// Write one key and value that are not in the pages, without a comma.
void write_attribute(JsonWriter& out, std::string_view key, const Value& value);

}  // namespace afterglow::encode
