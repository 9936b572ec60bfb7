#include "context/baggage.h"

#include <cstring>

#include "base/percent.h"
#include "base/utf8.h"
#include "context/byte_set.h"
#include "context/lists.h"

namespace afterglow::context {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::size_t kMaxCodePointLength = 4;

// Written out, so that they can be held against RFC 7230 and the grammar of W3C Baggage.
constexpr ByteSet kTokenBytes(
    "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
constexpr ByteSet kValueBytes(
    "!#$%&'()*+-./0123456789:<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

bool has_only(const ByteSet& set, std::string_view text) {
  for (const char c : text) {
    if (!set.has(c)) {
      return false;
    }
  }
  return true;
}

constexpr bool needs_escape(char c) {
  return c == '%' || !kValueBytes.has(c);
}

/// Writes while there is room, and counts always.
class Output {
 public:
  explicit Output(std::span<char> memory) : memory_(memory) {}

  void put(char c) {
    if (length_ < memory_.size()) {
      memory_[length_] = c;
    }
    ++length_;
  }
  void put(std::string_view text) {
    if (!text.empty() && has_room_for(text.size())) {
      std::memcpy(memory_.data() + length_, text.data(), text.size());
    }
    length_ += text.size();
  }
  [[nodiscard]] bool has_room_for(std::size_t length) const {
    return length_ <= memory_.size() && length <= memory_.size() - length_;
  }
  [[nodiscard]] bool fits() const { return length_ <= memory_.size(); }
  [[nodiscard]] std::size_t length() const { return length_; }

 private:
  std::span<char> memory_;
  std::size_t length_ = 0;
};

enum class Part : std::uint8_t { Member, Property };

/// Write `key=value`, or for a property also `key`, without white space; false when it is neither.
bool put_pair(Output& out, std::string_view pair, Part part) {
  const std::size_t length = pair.size();
  std::string_view key = take_until(pair, '=');
  const bool has_value = key.size() != length;
  trim_ows(key);
  trim_ows(pair);
  if (!is_baggage_key(key) || !has_only(kValueBytes, pair) ||
      (part == Part::Member && !has_value)) {
    return false;
  }
  out.put(key);
  if (has_value) {
    out.put('=');
    out.put(pair);
  }
  return true;
}

/// Write `pair;property;property=value` without white space, the first pair being a member or
/// another property; false when one of them is none.
bool put_pairs(Output& out, std::string_view pairs, Part first) {
  for (Part part = first;; part = Part::Property) {
    const std::size_t length = pairs.size();
    const std::string_view pair = take_until(pairs, ';');
    if (!put_pair(out, pair, part)) {
      return false;
    }
    if (pair.size() == length) {
      return true;
    }
    out.put(';');
  }
}

void put_encoded(Output& out, std::string_view value) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : value) {
    if (!needs_escape(c)) {
      out.put(c);
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    out.put('%');
    out.put(kDigits[byte >> 4U]);
    out.put(kDigits[byte & 0xFU]);
  }
}

/// The next bytes that a value stands for, enough for any code point.
struct DecodedBytes {
  explicit DecodedBytes(std::string_view encoded) {
    while (count != kMaxCodePointLength && !encoded.empty()) {
      const int escaped = text::percent_escape(encoded);
      bytes[count] = escaped < 0 ? encoded.front() : static_cast<char>(escaped);
      sources[count] = escaped < 0 ? 1 : text::kPercentEscapeLength;
      encoded.remove_prefix(sources[count++]);
    }
  }

  char bytes[kMaxCodePointLength];
  std::size_t sources[kMaxCodePointLength];  ///< How much of the value each byte was.
  std::size_t count = 0;
};

/// Remove from `encoded` what stands for the first code point of `decoded`, and return that code
/// point; what is none becomes U+FFFD.
std::string_view take_code_point(std::string_view& encoded, const DecodedBytes& decoded) {
  const text::CodePoint point = text::next_code_point(decoded.bytes, decoded.bytes + decoded.count);
  for (std::uint32_t i = 0; i < point.length; ++i) {
    encoded.remove_prefix(decoded.sources[i]);
  }
  return point.valid ? std::string_view(decoded.bytes, point.length) : kReplacement;
}

}  // namespace

void BaggageCollector::add_line(std::string_view line) {
  std::string_view member;
  while (take_member(line, member)) {
    add_member(member);
  }
}

void BaggageCollector::add_member(std::string_view member) {
  Output out(memory_.subspan(length_));
  if (length_ != 0) {
    out.put(',');
  }
  if (!put_pairs(out, member, Part::Member)) {
    ++invalid_;
    return;
  }
  if (dropped_ != 0 || !out.fits()) {
    ++dropped_;
    return;
  }
  length_ += out.length();
}

bool next_member(std::string_view& rest, BaggageMember& out) {
  if (rest.empty()) {
    return false;
  }
  std::string_view member = take_until(rest, ',');
  out.value = take_until(member, ';');
  out.key = take_until(out.value, '=');
  out.properties = member;
  return true;
}

bool find_member(std::string_view text, std::string_view key, BaggageMember& out) {
  bool found = false;
  BaggageMember member;
  while (next_member(text, member)) {
    if (member.key == key) {
      out = member;
      found = true;
    }
  }
  return found;
}

bool is_baggage_key(std::string_view key) {
  return !key.empty() && has_only(kTokenBytes, key);
}

std::size_t encoded_length(std::string_view value) {
  Output count({});
  put_encoded(count, value);
  return count.length();
}

std::size_t decode_value(std::string_view encoded, std::span<char> out) {
  Output written(out);
  while (!encoded.empty()) {
    const DecodedBytes decoded(encoded);
    // Once one did not fit there is no room for any, so that none is left out in between.
    written.put(take_code_point(encoded, decoded));
  }
  return written.length();
}

std::size_t remove_member(std::span<char> text, std::size_t length, std::string_view key) {
  std::string_view rest(text.data(), length);
  std::size_t kept = 0;
  while (!rest.empty()) {
    const std::string_view member = take_until(rest, ',');
    std::string_view value = member;
    if (take_until(value, '=') == key) {
      continue;
    }
    if (kept != 0) {
      text[kept++] = ',';
    }
    std::memmove(text.data() + kept, member.data(), member.size());
    kept += member.size();
  }
  return kept;
}

std::size_t append_member(std::span<char> text, std::size_t length, std::string_view key,
                          std::string_view value, std::string_view properties) {
  const std::size_t capacity = text.size() < kBaggageCapacity ? text.size() : kBaggageCapacity;
  if (length > capacity || !is_baggage_key(key)) {
    return 0;
  }
  Output out(text.first(capacity).subspan(length));
  if (length != 0) {
    out.put(',');
  }
  out.put(key);
  out.put('=');
  put_encoded(out, value);
  if (!properties.empty()) {
    out.put(';');
    if (!put_pairs(out, properties, Part::Property)) {
      return 0;
    }
  }
  return out.fits() ? length + out.length() : 0;
}

}  // namespace afterglow::context
