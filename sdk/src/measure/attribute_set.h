#pragma once

// Attribute sets: what tells the points of a stream apart. The order of attributes is irrelevant,
// of a key given twice the last value counts, and attributes without a key are none.
//
// A stored set is a row of entries: 32-bit length of the value, 16-bit length of the key, key,
// value. A value is its type and then: one byte for a bool; eight for an integer or the bits of a
// double; a 32-bit count and the bytes of a string or of bytes; a 32-bit count and the values of an
// array; a 32-bit count and, in turn, keys (as string values) and values of a map.

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

/// What is known of a set without storing it.
struct SetSummary {
  std::uint64_t hash = 0;
  std::uint64_t bytes = 0;  ///< In stored form.
  std::uint16_t count = 0;
  bool too_large = false;
  detail::FormatDouble format_double = nullptr;  ///< Of the doubles in it, if any.
};

/// The attributes of a measurement as a stream sees them.
struct AttributeSet {
  Attributes given;
  const AttributeKeys& keys;

  [[nodiscard]] bool has(const Attribute& attribute) const;
};

/// `seed` keeps those who choose values from choosing hashes.
SetSummary summarize(const AttributeSet& set, std::uint64_t seed);
/// Is this the set that is stored in `count` entries at `stored`?
bool equals(const AttributeSet& set, std::uint16_t count, const std::byte* stored);
/// Write the stored form to memory of `SetSummary::bytes`.
void store(const AttributeSet& set, std::byte* out);

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
    value_bytes = take<std::uint32_t>();
    return take_text(take<std::uint16_t>());
  }
  void skip(std::size_t bytes) { at_ += bytes; }
  [[nodiscard]] const std::byte* at() const { return at_; }

 private:
  const std::byte* at_;
};

}  // namespace afterglow::measure
