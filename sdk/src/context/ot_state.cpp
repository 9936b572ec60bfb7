#include "context/ot_state.h"

#include <cstring>

#include "context/take_until.h"
#include "context/tracestate.h"

namespace afterglow::context {
namespace {

constexpr std::string_view kMember = "ot";
constexpr std::string_view kThreshold = "th";
constexpr std::string_view kRandom = "rv";
constexpr std::size_t kDigits = 14;  // 56 bits

/// A number of 1 to 14 lower-case hexadecimal digits; the missing ones are zeros on the right.
bool read_number(std::string_view text, std::uint64_t& out) {
  if (text.empty() || text.size() > kDigits) {
    return false;
  }
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      value = value << 4U | static_cast<std::uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value = value << 4U | static_cast<std::uint64_t>(c - 'a' + 10);
    } else {
      return false;
    }
  }
  out = value << (4 * (kDigits - text.size()));
  return true;
}

/// `th:` and the digits of a threshold below 2^56 without its trailing zeros; returns the length.
std::size_t write_threshold(std::uint64_t threshold, std::span<char, 3 + kDigits> out) {
  constexpr std::uint64_t kMask = kThresholdOfNothing - 1;
  std::memcpy(out.data(), "th:", 3);
  std::size_t length = 3;
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
    std::memcpy(out_.data() + length_, item.data(), item.size());
    length_ += item.size();
    return true;
  }

  [[nodiscard]] std::size_t length() const { return length_; }

 private:
  std::span<char> out_;
  std::size_t length_ = 0;
};

std::string_view key_of(std::string_view item) {
  return take_until(item, ':');
}

/// A member may not end in a space, so no sub-key that could become the last one does.
std::string_view trim_end(std::string_view item) {
  while (!item.empty() && item.back() == ' ') {
    item.remove_suffix(1);
  }
  return item;
}

/// A second `ot`, behind the one that counts, could hold another `th`.
bool has_member_behind(std::string_view tracestate, std::string_view value) {
  while (!value.empty() && !tracestate.empty()) {
    std::string_view member = take_until(tracestate, ',');
    if (member.data() > value.data() && trim_end(take_until(member, '=')) == kMember) {
      return true;
    }
  }
  return false;
}

}  // namespace

OtState parse_ot(std::string_view value) {
  OtState state;
  unsigned thresholds = 0;
  unsigned randoms = 0;
  while (!value.empty()) {
    std::string_view item = trim_end(take_until(value, ';'));
    const std::string_view key = take_until(item, ':');
    if (key == kThreshold) {
      state.has_threshold = read_number(item, state.threshold) && thresholds == 0;
      ++thresholds;
    } else if (key == kRandom) {
      state.has_random = item.size() == kDigits && read_number(item, state.random) && randoms == 0;
      ++randoms;
    }
  }
  state.threshold = state.has_threshold ? state.threshold : 0;
  state.random = state.has_random ? state.random : 0;
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
    char text[3 + kDigits];
    writer.add({text, write_threshold(threshold, text)}, 0);
  }
  std::size_t reserved = old.has_random ? 1 + kRandom.size() + 1 + kDigits : 0;
  bool full = false;
  while (!old_value.empty()) {
    const std::string_view item = trim_end(take_until(old_value, ';'));
    const std::string_view key = key_of(item);
    if (item.empty() || key == kThreshold) {
      continue;
    }
    if (old.has_random && key == kRandom) {
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
  const std::size_t length = write_ot(old, change, value);
  const std::string_view changed(value, length);
  if (changed == old && !has_member_behind(tracestate, old)) {
    TracestateCollector same(out);
    same.add_line(tracestate);
    return same.text().size();
  }
  return changed.empty() ? remove_member(tracestate, kMember, out)
                         : set_member(tracestate, kMember, changed, out);
}

}  // namespace afterglow::context
