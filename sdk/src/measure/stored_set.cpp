// Sets as they are stored, and values that are lists or maps: what new points need, and few others.

#include "base/copy.h"
#include "measure/attribute_set.h"

namespace afterglow::measure {
namespace {

constexpr std::size_t kMaxKeyBytes = 0xFFFF;

// Takes the stored form of a value byte by byte, to hash it, to compare it, to copy it, or only to
// measure it.
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
    Sink sink(out != nullptr ? Job::Copy : Job::Measure);
    sink.out_ = out;
    return sink;
  }

  void put(const void* data, std::size_t size) {
    bytes_ += size;
    if (size == 0 || !equal_) {
      return;
    }
    switch (job_) {
      case Job::Measure:
        return;
      case Job::Hash:
        return mix(static_cast<const std::byte*>(data), size);
      case Job::Copy:
        base::copy(reinterpret_cast<char*>(out_), static_cast<const char*>(data), size);
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
  enum class Job : std::uint8_t { Measure, Hash, Compare, Copy };
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

void put_text(Sink& sink, std::string_view text) {
  sink.put(static_cast<std::uint32_t>(text.size()));
  sink.put(text.data(), text.size());
}

void put_value(Sink& sink, const Value& value, unsigned depth);

void put_element(Sink& sink, const Value& array, std::uint32_t index, unsigned depth) {
  switch (array.element_type()) {
    case ValueType::Bool:
      return put_value(sink, static_cast<const bool*>(array.data())[index], depth);
    case ValueType::Int:
      return put_value(sink, static_cast<const std::int64_t*>(array.data())[index], depth);
    case ValueType::Double:
      return put_value(sink, Value::unformatted(static_cast<const double*>(array.data())[index]),
                       depth);
    case ValueType::String:
      return put_value(sink, static_cast<const std::string_view*>(array.data())[index], depth);
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
    put_value(sink, entry.key.text(), depth);
    put_value(sink, entry.value, depth);
  }
}

void put_value(Sink& sink, const Value& value, unsigned depth) {
  sink.note(value.format_double());
  if (is_list(value.type()) && depth == 0) {
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

// Bytes behind the type, without those of a text; 0 for lists.
constexpr std::uint8_t kNumberBytes[] = {0, 1, 8, 8, 4, 4, 0, 0};

// A value with all that is in it. Most are a number or a text.
void put_whole(Sink& sink, const Value& value) {
  const ValueType type = value.type();
  if (is_list(type)) {
    return put_value(sink, value, Value::kMaxDepth);
  }
  sink.note(value.format_double());
  std::byte number[1 + sizeof(std::uint64_t)] = {static_cast<std::byte>(type)};
  const std::uint64_t bits = number_of(value);
  std::memcpy(number + 1, &bits, sizeof bits);
  sink.put(number, std::size_t{1} + kNumberBytes[static_cast<std::size_t>(type)]);
  if (is_text(type)) {
    sink.put(value.data(), value.count());
  }
}

// A view's filter looks at texts, and repeated keys are found by comparing each with all behind it.
bool counts(const Attribute& attribute, const Attribute* end, const AttributeKeys& keys) {
  const std::string_view key = attribute.key.text();
  if (key.empty() || key.size() > kMaxKeyBytes || !keys.keeps(key)) {
    return false;
  }
  for (const Attribute* later = &attribute + 1; later != end; ++later) {
    if (later->key.text() == key) {
      return false;
    }
  }
  return true;
}

}  // namespace

AttributeSet::AttributeSet(Attributes all, const AttributeKeys& keys)
    : given(all), kept(0), count(0) {
  for (const Attribute& attribute : all) {
    if (counts(attribute, all.end(), keys)) {
      kept |= std::uint64_t{1} << (&attribute - all.begin());
      ++count;
    }
  }
}

std::uint64_t hash_of_list(const Value& value, std::uint64_t hash) {
  Sink sink = Sink::hashing(hash);
  put_value(sink, value, Value::kMaxDepth);
  return sink.hash();
}

bool is_stored_list(const Value& value, const std::byte* stored, std::uint32_t size) {
  Sink sink = Sink::comparing(stored, size);
  put_value(sink, value, Value::kMaxDepth);
  return sink.matched_all();
}

StoredSet store(const AttributeSet& set, std::byte* out) {
  StoredSet stored;
  for (const Attribute& attribute : set.given) {
    if (!set.has(static_cast<std::size_t>(&attribute - set.given.begin()))) {
      continue;
    }
    std::byte* const begin = out != nullptr ? out + stored.bytes : nullptr;
    const std::string_view key = attribute.key.text();
    const bool is_literal = !attribute.key.is_dynamic();
    const std::size_t before_value = sizeof(EntryHeader) + (is_literal ? 0 : key.size());
    Sink value = Sink::copying(begin != nullptr ? begin + before_value : nullptr);
    put_whole(value, attribute.value);
    if (begin != nullptr) {
      const EntryHeader header{is_literal ? key.data() : nullptr,
                               static_cast<std::uint32_t>(key.size()),
                               static_cast<std::uint32_t>(value.bytes())};
      std::memcpy(begin, &header, sizeof header);
      std::memcpy(begin + sizeof header, key.data(), is_literal ? 0 : key.size());
    }
    stored.bytes += before_value + value.bytes();
    stored.format_double =
        value.format_double() != nullptr ? value.format_double() : stored.format_double;
  }
  return stored;
}

}  // namespace afterglow::measure
