#include "measure/attribute_set.h"

namespace afterglow::measure {
namespace {

constexpr std::size_t kEntryHeader = sizeof(std::uint32_t) + sizeof(std::uint16_t);
constexpr std::size_t kMaxKeyBytes = 0xFFFF;
constexpr std::uint64_t kMultiplier = 0x9E37'79B9'7F4A'7C15;

// Takes the stored form of a value byte by byte, to hash it, to compare it, or to copy it.
class Sink {
 public:
  static Sink hashing(std::uint64_t seed) {
    Sink sink(Job::Hash);
    sink.hash_ = seed;
    return sink;
  }
  static Sink comparing(const std::byte* with, std::uint32_t size) {
    Sink sink(Job::Compare);
    sink.with_ = with;
    sink.left_ = size;
    return sink;
  }
  static Sink copying(std::byte* out) {
    Sink sink(Job::Copy);
    sink.out_ = out;
    return sink;
  }

  void put(const void* data, std::size_t size) {
    bytes_ += size;
    if (size == 0 || !equal_) {
      return;
    }
    switch (job_) {
      case Job::Hash:
        return mix(static_cast<const std::byte*>(data), size);
      case Job::Copy:
        std::memcpy(out_, data, size);
        out_ += size;
        return;
      case Job::Compare:
        equal_ = size <= left_ && std::memcmp(with_, data, size) == 0;
        if (equal_) {
          with_ += size;
          left_ -= static_cast<std::uint32_t>(size);
        }
        return;
    }
  }
  template <class T>
  void put(T value) {
    put(&value, sizeof value);
  }

  [[nodiscard]] std::uint64_t hash() const { return hash_ ^ hash_ >> 29U; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] bool matched_all() const { return equal_ && left_ == 0; }
  void note(detail::FormatDouble format) { format_ = format != nullptr ? format : format_; }
  [[nodiscard]] detail::FormatDouble format_double() const { return format_; }

 private:
  enum class Job : std::uint8_t { Hash, Compare, Copy };
  explicit Sink(Job job) : job_(job) {}

  void mix(const std::byte* data, std::size_t size) {
    while (size != 0) {
      std::uint64_t eight = 0;
      const std::size_t part = size < sizeof eight ? size : sizeof eight;
      std::memcpy(&eight, data, part);
      hash_ = (hash_ ^ eight) * kMultiplier;
      hash_ ^= hash_ >> 32U;
      data += part;
      size -= part;
    }
    hash_ += bytes_;  // so that zero bytes at an end count
  }

  Job job_;
  bool equal_ = true;
  std::uint32_t left_ = 0;
  std::uint64_t hash_ = 0;
  std::uint64_t bytes_ = 0;
  const std::byte* with_ = nullptr;
  std::byte* out_ = nullptr;
  detail::FormatDouble format_ = nullptr;
};

void put_text(Sink& sink, std::string_view text) {
  sink.put(static_cast<std::uint32_t>(text.size()));
  sink.put(text.data(), text.size());
}

void put_value(Sink& sink, const Value& value, unsigned depth);

void put_element(Sink& sink, const Value& array, std::uint32_t index, unsigned depth) {
  switch (array.element_type()) {
    case ValueType::Bool:
      sink.put(ValueType::Bool);
      return sink.put(static_cast<const bool*>(array.data())[index]);
    case ValueType::Int:
      sink.put(ValueType::Int);
      return sink.put(static_cast<const std::int64_t*>(array.data())[index]);
    case ValueType::Double:
      sink.put(ValueType::Double);
      return sink.put(static_cast<const double*>(array.data())[index]);
    case ValueType::String:
      sink.put(ValueType::String);
      return put_text(sink, static_cast<const std::string_view*>(array.data())[index]);
    default:
      return put_value(sink, static_cast<const Value*>(array.data())[index], depth);
  }
}

void put_elements(Sink& sink, const Value& value, unsigned depth) {
  sink.put(value.count());
  for (std::uint32_t i = 0; i < value.count(); ++i) {
    if (value.type() == ValueType::Array) {
      put_element(sink, value, i, depth);
      continue;
    }
    const Attribute& entry = static_cast<const Attribute*>(value.data())[i];
    sink.put(ValueType::String);
    put_text(sink, entry.key.text());
    put_value(sink, entry.value, depth);
  }
}

void put_value(Sink& sink, const Value& value, unsigned depth) {
  const bool nests = value.type() == ValueType::Array || value.type() == ValueType::Map;
  sink.note(value.format_double());
  if (nests && depth == 0) {
    return sink.put(ValueType::Empty);
  }
  sink.put(value.type());
  switch (value.type()) {
    case ValueType::Empty:
      return;
    case ValueType::Bool:
      return sink.put(value.as_bool());
    case ValueType::Int:
      return sink.put(value.as_int());
    case ValueType::Double:
      return sink.put(value.as_double());
    case ValueType::String:
    case ValueType::Bytes:
      return put_text(sink, {static_cast<const char*>(value.data()), value.count()});
    case ValueType::Array:
    case ValueType::Map:
      return put_elements(sink, value, depth - 1);
  }
}

bool is_stored(const Attribute& attribute, std::uint16_t count, const std::byte* stored) {
  StoredReader reader(stored);
  for (std::uint16_t i = 0; i < count; ++i) {
    std::uint32_t value_bytes = 0;
    if (reader.take_key(value_bytes) == attribute.key.text()) {
      Sink sink = Sink::comparing(reader.at(), value_bytes);
      put_value(sink, attribute.value, Value::kMaxDepth);
      return sink.matched_all();
    }
    reader.skip(value_bytes);
  }
  return false;
}

}  // namespace

bool AttributeSet::has(const Attribute& attribute) const {
  const std::string_view key = attribute.key.text();
  if (key.empty() || key.size() > kMaxKeyBytes || !keys.keeps(key)) {
    return false;
  }
  for (const Attribute* later = &attribute + 1; later != given.end(); ++later) {
    if (later->key.text() == key) {
      return false;
    }
  }
  return true;
}

SetSummary summarize(const AttributeSet& set, std::uint64_t seed) {
  SetSummary summary;
  if (set.given.size() > kMaxAttributes) {
    summary.too_large = true;
    return summary;
  }
  for (const Attribute& attribute : set.given) {
    if (!set.has(attribute)) {
      continue;
    }
    Sink sink = Sink::hashing(seed);
    sink.put(attribute.key.text().data(), attribute.key.text().size());
    put_value(sink, attribute.value, Value::kMaxDepth);
    summary.hash += sink.hash() * kMultiplier;  // a sum knows no order
    summary.bytes += kEntryHeader + sink.bytes();
    ++summary.count;
    if (sink.format_double() != nullptr) {
      summary.format_double = sink.format_double();
    }
  }
  summary.hash ^= summary.hash >> 32U;
  return summary;
}

bool equals(const AttributeSet& set, std::uint16_t count, const std::byte* stored) {
  for (const Attribute& attribute : set.given) {
    if (set.has(attribute)) {
      if (count == 0 || !is_stored(attribute, count, stored)) {
        return false;
      }
    }
  }
  return true;
}

void store(const AttributeSet& set, std::byte* out) {
  for (const Attribute& attribute : set.given) {
    if (!set.has(attribute)) {
      continue;
    }
    const std::string_view key = attribute.key.text();
    Sink sink = Sink::copying(out + kEntryHeader);
    sink.put(key.data(), key.size());
    put_value(sink, attribute.value, Value::kMaxDepth);
    const auto value_bytes = static_cast<std::uint32_t>(sink.bytes() - key.size());
    const auto key_bytes = static_cast<std::uint16_t>(key.size());
    std::memcpy(out, &value_bytes, sizeof value_bytes);
    std::memcpy(out + sizeof value_bytes, &key_bytes, sizeof key_bytes);
    out += kEntryHeader + sink.bytes();
  }
}

}  // namespace afterglow::measure
