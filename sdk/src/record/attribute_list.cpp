#include "record/attribute_list.h"

#include <afterglow/buffer.h>

#include "base/copy.h"
#include "record/recorder.h"
#include "record/redacted_text.h"

namespace afterglow::record {

using redact::Decision;
using redact::Verdict;

namespace {

// Copies one value, with everything it refers to, into the pages, as the policy says.
class ValueCopy {
 public:
  ValueCopy(Recorder& recorder, Append& append, std::uint32_t max_length)
      : recorder_(recorder), append_(append), max_length_(max_length) {}

  /// False when the policy leaves the value out; `stored` is empty then.
  bool copy(StoredValue& stored, const Decision& decision, const Value& value, unsigned depth) {
    stored = {};
    switch (recorder_.redactor.judge_whole(decision, value.type())) {
      case Verdict::Drop:
        return false;
      case Verdict::Replace:
        stored.type = ValueType::String;
        set_text(stored, append_.copy(limited(redact::kMask, max_length_)));
        return true;
      case Verdict::Keep:
        break;
    }
    stored.type = value.type();
    switch (value.type()) {
      case ValueType::Empty:
        break;
      case ValueType::Bool:
      case ValueType::Int:
        stored.number = value.as_int();
        break;
      case ValueType::Double:
        stored.real = value.as_double();
        break;
      case ValueType::String:
      case ValueType::Bytes:
        return copy_text(stored, decision, {static_cast<const char*>(value.data()), value.count()});
      case ValueType::Array:
        copy_array(stored, decision, value, depth);
        break;
      case ValueType::Map:
        copy_map(stored, decision, value, depth);
        break;
    }
    if (value.format_double() != nullptr) {
      recorder_.format_double = value.format_double();
    }
    return true;
  }

 private:
  static void set_text(StoredValue& stored, StoredText text) {
    stored.data = text.offset;
    stored.count = text.length;
  }

  // What replaces bytes is a string.
  bool copy_text(StoredValue& stored, const Decision& decision, std::string_view text) {
    const bool is_bytes = stored.type == ValueType::Bytes;
    const TextLimits limits{is_bytes ? SpanLimits::kUnlimited : max_length_, max_length_};
    const RedactedText copied = copy_redacted(recorder_, append_, decision, text, limits);
    set_text(stored, copied.text);
    if (copied.verdict != Verdict::Keep) {
      stored.type = copied.verdict == Verdict::Drop ? ValueType::Empty : ValueType::String;
    }
    return copied.verdict != Verdict::Drop;
  }

  // The offset of `count` stored values; 0 when there are none or no memory.
  Offset make_values(std::uint64_t count) {
    if (count == 0) {
      return 0;
    }
    if (count > kMaxElements) {
      append_.fail();
      return 0;
    }
    return append_.allocate(static_cast<std::size_t>(count) * sizeof(StoredValue),
                            alignof(StoredValue));
  }

  // An element that is left out is empty: the others keep their places.
  void copy_array(StoredValue& stored, const Decision& decision, const Value& array,
                  unsigned depth) {
    if (depth == 0) {
      stored.type = ValueType::Empty;
      return;
    }
    stored.data = make_values(array.count());
    stored.count = stored.data == 0 ? 0 : array.count();
    for (std::uint32_t i = 0; i < stored.count && !append_.failed(); ++i) {
      StoredValue element;
      copy_element(element, decision, array, i, depth - 1);
      append_.at<StoredValue>(stored.data)[i] = element;
    }
  }

  void copy_map(StoredValue& stored, const Decision& decision, const Value& map, unsigned depth) {
    if (depth == 0) {
      stored.type = ValueType::Empty;
      return;
    }
    stored.data = make_values(std::uint64_t{map.count()} * 2);
    const std::uint32_t entries = stored.data == 0 ? 0 : map.count();
    for (std::uint32_t i = 0; i < entries && !append_.failed(); ++i) {
      const Attribute& entry = static_cast<const Attribute*>(map.data())[i];
      const Decision inner =
          recorder_.redactor.within(decision, entry.key.text(), redact::secret_name(entry.key));
      StoredValue value;
      if (!copy(value, inner, entry.value, depth - 1)) {
        continue;
      }
      StoredValue key;
      key.type = ValueType::String;
      set_text(key, append_.copy(entry.key.text()));
      append_.at<StoredValue>(stored.data)[2 * stored.count] = key;
      append_.at<StoredValue>(stored.data)[2 * stored.count + 1] = value;
      ++stored.count;
    }
  }

  // Doubles are stored without making a `Value` of them, which would link their formatter.
  void copy_element(StoredValue& stored, const Decision& decision, const Value& array,
                    std::uint32_t index, unsigned depth) {
    stored.type = array.element_type();
    switch (array.element_type()) {
      case ValueType::Bool:
        stored.number = static_cast<const bool*>(array.data())[index] ? 1 : 0;
        break;
      case ValueType::Int:
        stored.number = static_cast<const std::int64_t*>(array.data())[index];
        break;
      case ValueType::Double:
        stored.real = static_cast<const double*>(array.data())[index];
        break;
      case ValueType::String:
        copy_text(stored, decision, static_cast<const std::string_view*>(array.data())[index]);
        break;
      default:
        copy(stored, decision, static_cast<const Value*>(array.data())[index], depth);
    }
  }

  static constexpr std::uint64_t kMaxElements = kMaximumPages * kPageBytes / sizeof(StoredValue);

  Recorder& recorder_;
  Append& append_;
  std::uint32_t max_length_;
};

constexpr std::size_t kMaxKeyBytes = UINT16_MAX;

void store(AttributeRecord& attribute, const StoredValue& value) {
  attribute.type = value.type;
  attribute.count = value.count;
  attribute.number = value.number;  // the widest member carries the others' bits
}

// A new attribute without a value, in no list yet; null without memory.
AttributeRecord* make_attribute(Append& append, const Key& key, Offset& offset) {
  auto* attribute = append.make<AttributeRecord>(offset);
  if (attribute == nullptr) {
    return nullptr;
  }
  *attribute = {};
  attribute->key_length = static_cast<std::uint16_t>(key.text().size());
  attribute->key_is_stored = key.is_dynamic();
  if (key.is_dynamic()) {
    attribute->key_offset = append.copy(key.text()).offset;
  } else {
    attribute->key_literal = key.text().data();
  }
  return append.failed() ? nullptr : attribute;
}

// Sets `key` to what `make` puts into the pages, unless that is false: then nothing changes.
template <class Make>
void set_made(Recorder& recorder, LocalTrace& trace, List& list, const Key& key,
              std::uint32_t max_count, Make make) {
  if (key.text().empty() || key.text().size() > kMaxKeyBytes) {
    ++list.dropped;
    return;
  }
  AttributeRecord* attribute = find_attribute(recorder.pages, list, key.text());
  if (attribute == nullptr && list.count >= max_count) {
    ++list.dropped;
    return;
  }
  Append append(recorder.pages, trace, recorder.max_trace_pages);
  StoredValue value;
  if (!make(append, value)) {
    return;
  }
  Offset added = 0;
  if (attribute == nullptr && !append.failed()) {
    attribute = make_attribute(append, key, added);
  }
  if (append.failed()) {
    ++list.dropped;
    return;
  }
  store(*attribute, value);
  append.commit();
  if (added != 0) {
    append_to_list(recorder.pages, list, added);
  }
}

// The bytes of text of a value that is stored as it is, in one piece with its attribute; none for a
// value that is not so simple.
constexpr std::uint32_t kNotSimple = UINT32_MAX;
inline std::uint32_t simple_text_bytes(const Value& value, std::uint32_t value_length) {
  switch (value.type()) {
    case ValueType::Bool:
    case ValueType::Int:
    case ValueType::Double:
      return 0;
    case ValueType::String:
      return value.count() <= value_length ? value.count() : kNotSimple;
    default:
      return kNotSimple;
  }
}

inline void store_simple(Recorder& recorder, AttributeRecord& attribute, Offset text,
                         const Value& value) {
  if (value.type() == ValueType::String) {
    attribute.number = text;
    base::copy(recorder.at<char>(text), static_cast<const char*>(value.data()), value.count());
  } else if (value.type() == ValueType::Double) {
    attribute.real = value.as_double();
    recorder.format_double =
        value.format_double() != nullptr ? value.format_double() : recorder.format_double;
  } else {
    attribute.number = value.as_int();
  }
}

// Most attributes: a literal key that is not in the list, a scalar or a text that the policy keeps,
// and room for both in the trace's run. False, and nothing changed, where it is not that simple.
[[gnu::always_inline]] inline bool add_simple(Recorder& recorder, LocalTrace& trace, List& list,
                                              const Key& key, const Value& value,
                                              const AttributeLimits& limits) {
  const std::uint32_t text_bytes = simple_text_bytes(value, limits.value_length);
  const std::string_view text = key.text();
  if (text_bytes == kNotSimple || !recorder.redactor.keeps(key) || list.count >= limits.count ||
      text.size() > kMaxKeyBytes || find_attribute(recorder.pages, list, text) != nullptr) {
    return false;
  }
  const Offset offset = append_to_run(trace, sizeof(AttributeRecord), text_bytes);
  if (offset == 0) {
    return false;
  }
  auto* attribute = recorder.at<AttributeRecord>(offset);
  attribute->next = 0;
  attribute->key_length = static_cast<std::uint16_t>(text.size());
  attribute->key_is_stored = false;
  attribute->type = value.type();
  attribute->key_literal = text.data();
  attribute->count = text_bytes;
  store_simple(recorder, *attribute, offset + static_cast<Offset>(sizeof(AttributeRecord)), value);
  append_to_list(recorder.pages, list, offset);
  return true;
}

}  // namespace

void set_attribute(Recorder& recorder, LocalTrace& trace, List& list, const Key& key,
                   const Value& value, const AttributeLimits& limits) {
  if (add_simple(recorder, trace, list, key, value, limits)) {
    return;
  }
  set_made(recorder, trace, list, key, limits.count, [&](Append& append, StoredValue& stored) {
    const Decision decision = recorder.redactor.decide_for(limits.place, key);
    return ValueCopy(recorder, append, limits.value_length)
        .copy(stored, decision, value, Value::kMaxDepth);
  });
}

void set_texts(Recorder& recorder, LocalTrace& trace, List& list, const Key& key,
               std::span<const StoredText> texts) {
  set_made(recorder, trace, list, key, recorder.limits.attribute_count,
           [&](Append& append, StoredValue& stored) {
             stored.type = ValueType::Array;
             stored.data =
                 append.allocate(texts.size() * sizeof(StoredValue), alignof(StoredValue));
             for (; stored.data != 0 && stored.count < texts.size(); ++stored.count) {
               StoredValue text;
               text.type = ValueType::String;
               text.data = texts[stored.count].offset;
               text.count = texts[stored.count].length;
               append.at<StoredValue>(stored.data)[stored.count] = text;
             }
             return true;
           });
}

void set_attribute(Recorder& recorder, LocalTrace& trace, List& list, const Key& key,
                   const Value& value, std::uint32_t max_count) {
  set_attribute(recorder, trace, list, key, value,
                AttributeLimits{max_count, recorder.limits.attribute_value_length});
}

void set_attributes(Recorder& recorder, LocalTrace& trace, List& list, Attributes attributes,
                    std::uint32_t max_count) {
  const AttributeLimits limits{max_count, recorder.limits.attribute_value_length};
  for (const Attribute& attribute : attributes) {
    if (!add_simple(recorder, trace, list, attribute.key, attribute.value, limits)) {
      set_attribute(recorder, trace, list, attribute.key, attribute.value, limits);
    }
  }
}

StoredValue copy_body(Recorder& recorder, Append& append, const Value& body) {
  StoredValue stored;
  ValueCopy(recorder, append, SpanLimits::kUnlimited)
      .copy(stored, recorder.redactor.decide(redact::Place::Message, {}), body, Value::kMaxDepth);
  return stored;
}

}  // namespace afterglow::record
