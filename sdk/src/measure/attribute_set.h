#pragma once

// Attribute sets: what tells the points of a stream apart. The order of attributes is irrelevant,
// of a key given twice the last value counts, and attributes without a key are none.
//
// A stored set is a row of entries: the address of the key, where it is a literal of the program,
// else null; 32-bit lengths of key and value; the key, unless it is a literal; the value. A value
// is its type and then: one byte for a bool; eight for an integer or the bits of a double; a 32-bit
// count and the bytes of a string or of bytes; a 32-bit count and the values of an array; a 32-bit
// count and, in turn, keys (as string values) and values of a map.

#include <afterglow/attribute.h>
#include <afterglow/view.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace afterglow::measure {

/// A set has at most so many attributes; a larger one counts in the overflow point, since finding
/// repeated keys takes a time that grows with the square.
inline constexpr std::size_t kMaxAttributes = 64;

/// The attributes of a measurement as a stream sees them: of those given, at most
/// `kMaxAttributes`, the ones whose bits are set.
struct AttributeSet {
  Attributes given;
  std::uint64_t kept;
  std::uint32_t count;  ///< Bits of `kept`.

  /// As if no key were empty, too long, or given twice.
  explicit AttributeSet(Attributes all)
      : given(all),
        kept(all.size() == 0 ? 0 : ~std::uint64_t{0} >> (64 - all.size())),
        count(static_cast<std::uint32_t>(all.size())) {}
  /// What counts, of keys that a view keeps. A set with all its bits is the same as the one above.
  AttributeSet(Attributes all, const AttributeKeys& keys);

  [[nodiscard]] bool has(std::size_t i) const { return (kept >> i & 1U) != 0; }
};

/// `seed` keeps those who choose values from choosing hashes.
std::uint64_t hash_of(const AttributeSet& set, std::uint64_t seed);

/// What storing a set takes and tells.
struct StoredSet {
  std::uint64_t bytes = 0;
  detail::FormatDouble format_double = nullptr;  ///< Of the doubles in it, if any.
};
/// Write the stored form to `out`; null only measures it.
StoredSet store(const AttributeSet& set, std::byte* out);

/// Of lists and maps: mixed into `hash`, and compared with `size` bytes at `stored`.
std::uint64_t hash_of_list(const Value& value, std::uint64_t hash);
bool is_stored_list(const Value& value, const std::byte* stored, std::uint32_t size);

constexpr bool is_list(ValueType type) {
  return type >= ValueType::Array;
}
static_assert(is_list(ValueType::Map) && !is_list(ValueType::Bytes));

constexpr bool is_text(ValueType type) {
  return type == ValueType::String || type == ValueType::Bytes;
}

/// The bits of a number; of what has several parts, how many there are.
inline std::uint64_t number_of(const Value& value) {
  const bool is_number = value.type() >= ValueType::Bool && value.type() <= ValueType::Double;
  return is_number ? static_cast<std::uint64_t>(value.as_int()) : value.count();
}

inline std::string_view text_of(const Value& value) {
  return {static_cast<const char*>(value.data()), value.count()};
}

/// A step of a hash.
constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t number) {
  constexpr std::uint64_t kMultiplier = 0x9E37'79B9'7F4A'7C15;
  hash = (hash ^ number) * kMultiplier;
  return hash ^ hash >> 32U;
}

/// What an entry begins with.
struct EntryHeader {
  const char* literal;  ///< The key; null where it stands behind this.
  std::uint32_t key_bytes;
  std::uint32_t value_bytes;
};

/// Reads stored values one after another.
class StoredReader {
 public:
  explicit StoredReader(const std::byte* at) : at_(at) {}

  template <class T>
  T take() {
    T value;
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  std::string_view take_text(std::size_t length) {
    const std::string_view text(reinterpret_cast<const char*>(at_), length);
    at_ += length;
    return text;
  }
  /// The key of an entry, whose value comes next.
  std::string_view take_key(std::uint32_t& value_bytes) {
    const auto header = take<EntryHeader>();
    value_bytes = header.value_bytes;
    return header.literal != nullptr ? std::string_view(header.literal, header.key_bytes)
                                     : take_text(header.key_bytes);
  }
  void skip(std::size_t bytes) { at_ += bytes; }
  [[nodiscard]] const std::byte* at() const { return at_; }

 private:
  const std::byte* at_;
};

}  // namespace afterglow::measure
