#include "context/ot_state.h"

#include "base/copy.h"
#include "context/hex.h"
#include "context/lists.h"
#include "context/tracestate.h"

namespace afterglow::context {
namespace {

constexpr std::string_view kMember = "ot";
constexpr std::size_t kDigits = 14;      // 56 bits
constexpr std::size_t kKeyAndColon = 3;  // of both keys we know
constexpr std::size_t kRandomLength = kKeyAndColon + kDigits;

enum class Key : std::uint8_t { Threshold, Random, Other };

Key key_of(std::string_view item) {
  if (item.size() < 2 || (item.size() > 2 && item[2] != ':')) {
    return Key::Other;
  }
  return item[0] == 't' && item[1] == 'h'   ? Key::Threshold
         : item[0] == 'r' && item[1] == 'v' ? Key::Random
                                            : Key::Other;
}

/// The number behind the key of an item: 1 to 14 lower-case hexadecimal digits; the missing ones
/// are zeros on the right.
bool read_number(std::string_view item, std::uint64_t& out) {
  if (item.size() <= kKeyAndColon || item.size() > kKeyAndColon + kDigits) {
    return false;
  }
  std::uint64_t value = 0;
  for (std::size_t at = kKeyAndColon; at != kKeyAndColon + kDigits; ++at) {
    const int digit = at < item.size() ? lower_hex_value(item[at]) : 0;
    if (digit < 0) {
      return false;
    }
    value = value << 4U | static_cast<unsigned>(digit);
  }
  out = value;
  return true;
}

/// Take the first item of a value. A member may not end in a space, so no sub-key that could become
/// the last one does.
std::string_view take_item(std::string_view& value) {
  std::string_view item = take_until(value, ';');
  while (!item.empty() && item.back() == ' ') {
    item.remove_suffix(1);
  }
  return item;
}

/// `th:` and the digits of a threshold below 2^56 without its trailing zeros; returns the length.
std::size_t write_threshold(std::uint64_t threshold, char* out) {
  constexpr std::uint64_t kMask = kThresholdOfNothing - 1;
  out[0] = 't';
  out[1] = 'h';
  out[2] = ':';
  std::size_t length = kKeyAndColon;
  do {
    out[length++] = "0123456789abcdef"[threshold >> 52U];
    threshold = threshold << 4U & kMask;
  } while (threshold != 0);
  return length;
}

/// The value that is being written: sub-keys with `;` between them, as many as fit.
class OtWriter {
 public:
  explicit OtWriter(std::span<char> out)
      : out_(out.size() < kOtCapacity ? out : out.first(kOtCapacity)) {}

  /// False when fewer than `reserved` bytes would be left.
  bool add(std::string_view item, std::size_t reserved) {
    const std::size_t separator = length_ == 0 ? 0 : 1;
    if (length_ + separator + item.size() + reserved > out_.size()) {
      return false;
    }
    if (separator != 0) {
      out_[length_++] = ';';
    }
    base::copy(out_.data() + length_, item.data(), item.size());
    length_ += item.size();
    return true;
  }

  [[nodiscard]] std::size_t length() const { return length_; }

 private:
  std::span<char> out_;
  std::size_t length_ = 0;
};

/// A second `ot`, behind the one that counts, could hold another `th`.
bool has_member_behind(std::string_view tracestate, std::string_view value) {
  if (value.empty()) {
    return false;
  }
  const char* const behind = value.data() + value.size();
  const char* const end = tracestate.data() + tracestate.size();
  return !find_member({behind, static_cast<std::size_t>(end - behind)}, kMember).empty();
}

}  // namespace

OtState parse_ot(std::string_view value) {
  OtState state;
  bool threshold_seen = false;
  bool random_seen = false;
  while (!value.empty()) {
    const std::string_view item = take_item(value);
    std::uint64_t number = 0;
    const Key key = key_of(item);
    if (key == Key::Threshold) {
      state.has_threshold = !threshold_seen && read_number(item, number);
      state.threshold = state.has_threshold ? number : 0;
      threshold_seen = true;
    } else if (key == Key::Random) {
      state.has_random = !random_seen && item.size() == kRandomLength && read_number(item, number);
      state.random = state.has_random ? number : 0;
      random_seen = true;
    }
  }
  return state;
}

OtState read_ot(std::string_view tracestate) {
  return parse_ot(find_member(tracestate, kMember));
}

std::size_t write_ot(std::string_view old_value, ThresholdChange change, std::span<char> out) {
  const OtState old = parse_ot(old_value);
  const bool keeps = change.action == ThresholdChange::Action::Keep && old.has_threshold;
  const bool sets = change.action == ThresholdChange::Action::Set;
  const std::uint64_t threshold = keeps ? old.threshold : change.value;
  OtWriter writer(out);
  if ((keeps || sets) && threshold < kThresholdOfNothing) {
    char text[kKeyAndColon + kDigits];
    writer.add({text, write_threshold(threshold, text)}, 0);
  }
  std::size_t reserved = old.has_random ? 1 + kRandomLength : 0;
  bool full = false;
  while (!old_value.empty()) {
    const std::string_view item = take_item(old_value);
    const Key key = key_of(item);
    if (item.empty() || key == Key::Threshold) {
      continue;
    }
    if (old.has_random && key == Key::Random) {
      reserved = 0;
      writer.add(item, 0);
    } else {
      full = full || !writer.add(item, reserved);
    }
  }
  return writer.length();
}

std::size_t set_threshold(std::string_view tracestate, ThresholdChange change,
                          std::span<char> out) {
  const std::string_view old = find_member(tracestate, kMember);
  char value[kOtCapacity];
  const std::string_view changed(value, write_ot(old, change, value));
  if (changed == old && !has_member_behind(tracestate, old)) {
    return set_member(tracestate, {}, {}, out);  // without a key the list stays as it is
  }
  return changed.empty() ? remove_member(tracestate, kMember, out)
                         : set_member(tracestate, kMember, changed, out);
}

}  // namespace afterglow::context
