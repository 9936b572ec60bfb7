#include "context/tracestate.h"

#include <bit>
#include <cstring>

#include "base/copy.h"
#include "context/byte_set.h"
#include "context/lists.h"

namespace afterglow::context {
namespace {

constexpr int kMaxKeyLength = 256;
constexpr int kMaxValueLength = 256;
/// Members above this length are the first to go when the list is too long.
constexpr std::size_t kLargeMemberLength = 128;

constexpr ByteSet kKeyBytes("0123456789abcdefghijklmnopqrstuvwxyz_-*/@");

constexpr bool starts_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

constexpr bool is_in_value(char c) {
  return c >= ' ' && c <= '~' && c != ',' && c != '=';
}

// Behind the rest of a key.
inline const char* skip_key(const char* at, const char* end) {
  do {
    ++at;
    asm("" : "+r"(at));  // else other things are counted along with it
  } while (at != end && kKeyBytes.has(*at));
  return at;
}

// Behind the bytes of a value, eight of them at a time while there are eight.
inline const char* skip_value(const char* at, const char* end) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  while (end - at >= 8) {
    const auto eight = base::load<std::uint64_t>(at);
    // High bits where the value ends; those above the first one may be wrong.
    const std::uint64_t ends = ((eight - kOnes * ' ') | (eight + kOnes) |
                                ((eight ^ kOnes * ',') - kOnes) | ((eight ^ kOnes * '=') - kOnes)) &
                               kOnes << 7U;
    if (ends != 0) {
      return at + std::countr_zero(ends) / 8;
    }
    at += 8;
    asm("" : "+r"(at));
  }
  while (at != end && is_in_value(*at)) {
    ++at;
  }
  return at;
}

// What `judge` tells of a line: how many members it has, and whether anything but single commas is
// around them.
constexpr std::uint32_t kPadded = 0x100;
constexpr std::uint32_t kWrong = 0x200;

// `kWrong` where a member is, or where there are more than `most`.
std::uint32_t judge(const char* at, const char* end, std::uint32_t most) {
  std::uint32_t padded = 0;
  std::uint32_t count = 0;
  for (; at != end; ++at) {
    if (!starts_key(*at)) {
      if (*at != ',' && !is_ows(*at)) {
        return kWrong;
      }
      padded = kPadded;
      continue;
    }
    const char* const key = at;
    at = skip_key(at, end);
    if (count++ == most || at == end || *at != '=' || at - key > kMaxKeyLength) {
      return kWrong;
    }
    const char* const value = ++at;
    at = skip_value(at, end);
    const char* value_end = at;
    while (value_end[-1] == ' ') {  // the '=' stops it
      --value_end;
    }
    while (at != end && is_ows(*at)) {
      ++at;
    }
    padded = value_end == at ? padded : kPadded;
    if (value_end == value || value_end - value > kMaxValueLength) {
      return kWrong;
    }
    if (at == end) {
      return count | padded;
    }
    if (*at != ',') {
      return kWrong;
    }
  }
  return count | kPadded;
}

// The value of a valid member of `key`; without data for one of another key.
std::string_view value_of(std::string_view member, std::string_view key) {
  if (member.size() <= key.size() || member[key.size()] != '=' ||
      !base::equal(member.data(), key.data(), key.size())) {
    return {};
  }
  member.remove_prefix(key.size() + 1);
  return member;
}

/// Add the members of `tracestate` that have another key, `limit` at most.
void add_others(TracestateCollector& collector, std::string_view tracestate, std::string_view key,
                std::size_t limit) {
  if (judge(tracestate.data(), tracestate.data() + tracestate.size(), kTracestateMaxMembers) ==
      kWrong) {
    return;
  }
  std::string_view member;
  while (limit != 0 && take_member(tracestate, member)) {
    if (value_of(member, key).data() == nullptr) {
      collector.add_line(member);
      --limit;
    }
  }
}

}  // namespace

void TracestateCollector::add_line(const char* line, std::size_t size) {
  const std::uint32_t judged =
      discarded_ ? kWrong : judge(line, line + size, kTracestateMaxMembers - members_seen_);
  if (judged == kWrong) {
    discarded_ = true;
    length_ = 0;
    return;
  }
  members_seen_ += judged & ~kPadded;
  if (judged < kPadded && !truncated() && try_append(line, size)) {
    return;
  }
  std::string_view rest(line, size);
  std::string_view member;
  while (take_member(rest, member)) {
    keep(member.data(), member.size());
  }
}

void TracestateCollector::keep(const char* member, std::size_t size) {
  const bool is_large = size > kLargeMemberLength;
  if (closed_ || (large_closed_ && is_large)) {
    return;
  }
  while (!try_append(member, size)) {
    closed_ = !is_large && !drop_last_large();
    large_closed_ = true;
    if (is_large || closed_) {
      return;
    }
  }
}

bool TracestateCollector::try_append(const char* text, std::size_t size) {
  const std::size_t separator = length_ == 0 ? 0 : 1;
  if (separator + size > memory_.size() - length_) {
    return false;
  }
  if (separator != 0) {
    memory_[length_++] = ',';
  }
  base::copy(memory_.data() + length_, text, size);
  length_ += size;
  return true;
}

// With the comma behind it; the last member takes the comma before it instead.
bool TracestateCollector::drop_last_large() {
  char* const text = memory_.data();
  std::size_t end = length_;
  while (end != 0) {
    std::size_t begin = end;
    while (begin != 0 && text[begin - 1] != ',') {
      --begin;
    }
    if (end - begin > kLargeMemberLength) {
      const std::size_t from = end == length_ && begin != 0 ? begin - 1 : begin;
      const std::size_t rest = end == length_ ? end : end + 1;
      std::memmove(text + from, text + rest, length_ - rest);
      length_ -= rest - from;
      return true;
    }
    end = begin == 0 ? 0 : begin - 1;
  }
  return false;
}

std::size_t set_member(std::string_view tracestate, std::string_view key, std::string_view value,
                       std::span<char> out) {
  TracestateCollector collector(out);
  char member[kMaxKeyLength + 1 + kMaxValueLength];
  char* end = member;
  if (key.size() <= kMaxKeyLength && value.size() <= kMaxValueLength) {
    base::copy(member, key.data(), key.size());
    end += key.size();
    *end++ = '=';
    base::copy(end, value.data(), value.size());
    end += value.size();
  }
  if (judge(member, end, 1) == 1) {
    collector.add_line({member, static_cast<std::size_t>(end - member)});
    add_others(collector, tracestate, key, kTracestateMaxMembers - 1);
  } else {
    collector.add_line(tracestate);
  }
  return collector.text().size();
}

std::size_t remove_member(std::string_view tracestate, std::string_view key, std::span<char> out) {
  TracestateCollector collector(out);
  add_others(collector, tracestate, key, kTracestateMaxMembers);
  return collector.text().size();
}

std::string_view find_member(std::string_view tracestate, std::string_view key) {
  std::string_view member;
  while (take_member(tracestate, member)) {
    std::string_view value = value_of(member, key);
    if (value.data() != nullptr) {
      trim_ows(value);
      return value;
    }
  }
  return {};
}

}  // namespace afterglow::context
