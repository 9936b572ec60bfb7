#include "record/attribute_list.h"

#include <afterglow/buffer.h>

#include "base/utf8.h"
#include "record/recorder.h"

namespace afterglow::record {
namespace {

// Copies one value, with everything it refers to, into the pages.
class ValueCopy {
 public:
  ValueCopy(Recorder& recorder, Append& append, std::uint32_t max_length)
      : recorder_(recorder), append_(append), max_length_(max_length) {}

  StoredValue copy(const Value& value, unsigned depth) {
    StoredValue stored;
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
        set_text(stored, limited(value.as_string()));
        break;
      case ValueType::Bytes:
        set_text(stored, {static_cast<const char*>(value.data()), value.count()});
        break;
      case ValueType::Array:
        copy_array(stored, value, depth);
        break;
      case ValueType::Map:
        copy_map(stored, value, depth);
        break;
    }
    if (value.format_double() != nullptr) {
      recorder_.format_double = value.format_double();
    }
    return stored;
  }

 private:
  [[nodiscard]] std::string_view limited(std::string_view text) const {
    if (text.size() > max_length_) {
      text.remove_suffix(text.size() - text::truncate(text, max_length_));
    }
    return text;
  }

  void set_text(StoredValue& stored, std::string_view text) {
    const StoredText copied = append_.copy(text);
    stored.data = copied.offset;
    stored.count = copied.length;
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

  void copy_array(StoredValue& stored, const Value& array, unsigned depth) {
    if (depth == 0) {
      stored.type = ValueType::Empty;
      return;
    }
    stored.data = make_values(array.count());
    stored.count = stored.data == 0 ? 0 : array.count();
    for (std::uint32_t i = 0; i < stored.count && !append_.failed(); ++i) {
      const StoredValue element = copy_element(array, i, depth - 1);
      append_.at<StoredValue>(stored.data)[i] = element;
    }
  }

  void copy_map(StoredValue& stored, const Value& map, unsigned depth) {
    if (depth == 0) {
      stored.type = ValueType::Empty;
      return;
    }
    stored.data = make_values(std::uint64_t{map.count()} * 2);
    stored.count = stored.data == 0 ? 0 : map.count();
    for (std::uint32_t i = 0; i < stored.count && !append_.failed(); ++i) {
      const Attribute& entry = static_cast<const Attribute*>(map.data())[i];
      StoredValue key;
      key.type = ValueType::String;
      set_text(key, entry.key.text());
      const StoredValue value = copy(entry.value, depth - 1);
      append_.at<StoredValue>(stored.data)[2 * i] = key;
      append_.at<StoredValue>(stored.data)[2 * i + 1] = value;
    }
  }

  // Doubles are stored without making a `Value` of them, which would link their formatter.
  StoredValue copy_element(const Value& array, std::uint32_t index, unsigned depth) {
    StoredValue stored;
    stored.type = array.element_type();
    switch (array.element_type()) {
      case ValueType::Bool:
        stored.number = static_cast<const bool*>(array.data())[index] ? 1 : 0;
        return stored;
      case ValueType::Int:
        stored.number = static_cast<const std::int64_t*>(array.data())[index];
        return stored;
      case ValueType::Double:
        stored.real = static_cast<const double*>(array.data())[index];
        return stored;
      case ValueType::String:
        set_text(stored, limited(static_cast<const std::string_view*>(array.data())[index]));
        return stored;
      default:
        return copy(static_cast<const Value*>(array.data())[index], depth);
    }
  }

  static constexpr std::uint64_t kMaxElements = kMaximumPages * kPageBytes / sizeof(StoredValue);

  Recorder& recorder_;
  Append& append_;
  std::uint32_t max_length_;
};

void store(AttributeRecord& attribute, const StoredValue& value) {
  attribute.type = value.type;
  attribute.count = value.count;
  attribute.number = value.number;  // the widest member carries the others' bits
}

bool add_attribute(Recorder& recorder, Append& append, List& list, const Key& key,
                   const Value& value, std::uint32_t max_length) {
  Offset offset = 0;
  AttributeRecord* attribute = append.make<AttributeRecord>(offset);
  if (attribute == nullptr) {
    return false;
  }
  *attribute = {};
  attribute->key_length = static_cast<std::uint16_t>(key.text().size());
  attribute->key_is_stored = key.is_dynamic();
  if (key.is_dynamic()) {
    attribute->key_offset = append.copy(key.text()).offset;
  } else {
    attribute->key_literal = key.text().data();
  }
  store(*attribute, ValueCopy(recorder, append, max_length).copy(value, Value::kMaxDepth));
  if (append.failed()) {
    return false;
  }
  append_to_list(recorder.pages, list, offset);
  return true;
}

}  // namespace

void set_attribute(Recorder& recorder, LocalTrace& trace, List& list, const Key& key,
                   const Value& value, const AttributeLimits& limits) {
  constexpr std::size_t kMaxKeyBytes = UINT16_MAX;
  if (key.text().empty() || key.text().size() > kMaxKeyBytes) {
    ++list.dropped;
    return;
  }
  AttributeRecord* existing = find_attribute(recorder.pages, list, key.text());
  if (existing == nullptr && list.count >= limits.count) {
    ++list.dropped;
    return;
  }
  Append append(recorder.pages, trace, recorder.max_trace_pages);
  bool done = false;
  if (existing == nullptr) {
    done = add_attribute(recorder, append, list, key, value, limits.value_length);
  } else {
    const StoredValue stored =
        ValueCopy(recorder, append, limits.value_length).copy(value, Value::kMaxDepth);
    done = !append.failed();
    if (done) {
      store(*existing, stored);
    }
  }
  if (!done) {
    ++list.dropped;
    return;
  }
  append.commit();
}

void set_attribute(Recorder& recorder, LocalTrace& trace, List& list, const Key& key,
                   const Value& value, std::uint32_t max_count) {
  set_attribute(recorder, trace, list, key, value,
                AttributeLimits{max_count, recorder.limits.attribute_value_length});
}

void set_attributes(Recorder& recorder, LocalTrace& trace, List& list, Attributes attributes,
                    std::uint32_t max_count) {
  for (const Attribute& attribute : attributes) {
    set_attribute(recorder, trace, list, attribute.key, attribute.value, max_count);
  }
}

StoredValue copy_value(Recorder& recorder, Append& append, const Value& value) {
  return ValueCopy(recorder, append, SpanLimits::kUnlimited).copy(value, Value::kMaxDepth);
}

std::string_view key_text(const base::PagePool& pages, const AttributeRecord& attribute) {
  const char* text = attribute.key_is_stored
                         ? reinterpret_cast<const char*>(pages.at(attribute.key_offset))
                         : attribute.key_literal;
  return {text, attribute.key_length};
}

AttributeRecord* find_attribute(const base::PagePool& pages, const List& list,
                                std::string_view key) {
  for (Offset offset = list.first; offset != 0;) {
    auto* attribute = reinterpret_cast<AttributeRecord*>(pages.at(offset));
    if (key_text(pages, *attribute) == key) {
      return attribute;
    }
    offset = attribute->next;
  }
  return nullptr;
}

}  // namespace afterglow::record
