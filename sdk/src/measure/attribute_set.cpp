#include "measure/attribute_set.h"

#include <bit>

#include "base/copy.h"

namespace afterglow::measure {
namespace {

constexpr std::size_t kEntryHeader = sizeof(std::uint32_t) + sizeof(std::uint16_t);
constexpr std::size_t kMaxKeyBytes = 0xFFFF;
constexpr std::uint64_t kMultiplier = 0x9E37'79B9'7F4A'7C15;

bool is_same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && base::equal(a.data(), b.data(), a.size());
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t number) {
  hash = (hash ^ number) * kMultiplier;
  return hash ^ hash >> 32U;
}

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
      hash_ = measure::mix(hash_, eight);
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

std::string_view text_of(const Value& value) {
  return {static_cast<const char*>(value.data()), value.count()};
}

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
      return put_text(sink, text_of(value));
    case ValueType::Array:
    case ValueType::Map:
      return put_elements(sink, value, depth - 1);
  }
}

// --- most values: a scalar, or a text ------------------------------------------------------------

std::uint64_t mix_text(std::uint64_t hash, std::string_view text) {
  const char* const data = text.data();
  const std::size_t size = text.size();
  hash = mix(hash, size);
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8) {
      hash = mix(hash, base::load<std::uint64_t>(data + at));
    }
    return mix(hash, base::load<std::uint64_t>(data + size - 8));
  }
  std::uint64_t last = 0;
  for (std::size_t at = 0; at < size; ++at) {
    last = last << 8U | static_cast<unsigned char>(data[at]);
  }
  return mix(hash, last);
}

bool is_text(ValueType type) {
  return type == ValueType::String || type == ValueType::Bytes;
}

// A value that is no list and no map, as a number; of a text, its length.
std::uint64_t number_of(const Value& value) {
  switch (value.type()) {
    case ValueType::Bool:
    case ValueType::Int:
      return static_cast<std::uint64_t>(value.as_int());
    case ValueType::Double:
      return std::bit_cast<std::uint64_t>(value.as_double());
    default:
      return value.count();
  }
}

// Bytes of the same in stored form, behind its type, without those of a text.
constexpr std::uint32_t number_bytes(ValueType type) {
  switch (type) {
    case ValueType::Empty:
      return 0;
    case ValueType::Bool:
      return 1;
    case ValueType::Int:
    case ValueType::Double:
      return 8;
    default:
      return 4;
  }
}

bool is_walked_through(ValueType type) {
  return type == ValueType::Array || type == ValueType::Map;
}

// The hash of one attribute; its bytes go to `summary`.
std::uint64_t summarize_one(const Attribute& attribute, std::uint64_t seed, SetSummary& summary) {
  const std::string_view key = attribute.key.text();
  const Value& value = attribute.value;
  std::uint64_t hash = mix_text(seed + static_cast<std::uint64_t>(value.type()), key);
  summary.bytes += kEntryHeader + key.size();
  if (is_walked_through(value.type())) {
    Sink sink = Sink::hashing(hash);
    put_value(sink, value, Value::kMaxDepth);
    summary.bytes += sink.bytes();
    summary.format_double =
        sink.format_double() != nullptr ? sink.format_double() : summary.format_double;
    return sink.hash();
  }
  hash = mix(hash, number_of(value));
  summary.bytes += sizeof(ValueType) + number_bytes(value.type());
  if (is_text(value.type())) {
    summary.bytes += value.count();
    hash = mix_text(hash, text_of(value));
  } else if (value.type() == ValueType::Double && value.format_double() != nullptr) {
    summary.format_double = value.format_double();
  }
  return hash;
}

// Is this what is stored in `size` bytes at `stored`?
bool is_same_value(const Value& value, const std::byte* stored, std::uint32_t size) {
  if (is_walked_through(value.type())) {
    Sink sink = Sink::comparing(stored, size);
    put_value(sink, value, Value::kMaxDepth);
    return sink.matched_all();
  }
  const std::uint32_t fixed = sizeof(ValueType) + number_bytes(value.type());
  const std::uint32_t text = is_text(value.type()) ? value.count() : 0;
  if (size != std::uint64_t{fixed} + text || static_cast<ValueType>(*stored) != value.type()) {
    return false;
  }
  const auto* const bytes = reinterpret_cast<const char*>(stored);
  const std::uint64_t number = number_of(value);
  return base::equal(bytes + 1, reinterpret_cast<const char*>(&number),
                     number_bytes(value.type())) &&
         base::equal(bytes + fixed, static_cast<const char*>(value.data()), text);
}

bool is_stored(const Attribute& attribute, std::uint16_t count, const std::byte* stored) {
  StoredReader reader(stored);
  for (std::uint16_t i = 0; i < count; ++i) {
    std::uint32_t value_bytes = 0;
    const std::string_view key = reader.take_key(value_bytes);
    if (is_same(key, attribute.key.text())) {
      return is_same_value(attribute.value, reader.at(), value_bytes);
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
    if (is_same(later->key.text(), key)) {
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
    summary.hash += summarize_one(attribute, seed, summary) * kMultiplier;  // a sum knows no order
    ++summary.count;
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
