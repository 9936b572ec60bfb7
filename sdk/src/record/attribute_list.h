#pragma once

// Lists of attributes in the pages. A key set twice keeps its place and takes the last value; the
// limit counts distinct keys, so overwriting at the limit succeeds. Values pass the policy of
// redaction here, before they are in the pages.

#include <afterglow/attribute.h>

#include <cstdint>
#include <string_view>

#include "base/copy.h"
#include "record/trace_memory.h"
#include "redact/redactor.h"

namespace afterglow::record {

struct Recorder;

/// Beyond `count` attributes are dropped, beyond `value_length` characters strings are cut. `place`
/// is what the policy is told.
struct AttributeLimits {
  std::uint32_t count;
  std::uint32_t value_length;
  redact::Place place = redact::Place::Attribute;
};

/// Set `key` to `value` in `list`. What does not fit, or is beyond the limits, adds to
/// `list.dropped`; what the policy leaves out changes nothing.
void set_attribute(Recorder& recorder, LocalTrace& trace, List& list, const Key& key,
                   const Value& value, const AttributeLimits& limits);

/// The same with the value length of spans.
void set_attribute(Recorder& recorder, LocalTrace& trace, List& list, const Key& key,
                   const Value& value, std::uint32_t max_count);

void set_attributes(Recorder& recorder, LocalTrace& trace, List& list, Attributes attributes,
                    std::uint32_t max_count);

/// Copy the body of a log record with all it refers to, uncut; `append` tells whether it fits.
StoredValue copy_body(Recorder& recorder, Append& append, const Value& body);

/// Set `key` to an array of texts that are in the pages already and have passed the policy.
void set_texts(Recorder& recorder, LocalTrace& trace, List& list, const Key& key,
               std::span<const StoredText> texts);

/// The text of an attribute's key.
inline std::string_view key_text(const base::PagePool& pages, const AttributeRecord& attribute) {
  const char* text = attribute.key_is_stored
                         ? reinterpret_cast<const char*>(pages.at(attribute.key_offset))
                         : attribute.key_literal;
  return {text, attribute.key_length};
}

/// The attribute of that key, or null.
inline AttributeRecord* find_attribute(const base::PagePool& pages, const List& list,
                                       std::string_view key) {
  for (Offset offset = list.first; offset != 0;) {
    auto* attribute = reinterpret_cast<AttributeRecord*>(pages.at(offset));
    if (attribute->key_length == key.size() &&
        base::equal(key_text(pages, *attribute).data(), key.data(), key.size())) {
      return attribute;
    }
    offset = attribute->next;
  }
  return nullptr;
}

}  // namespace afterglow::record
