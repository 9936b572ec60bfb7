#include "context/tracestate.h"

#include <bit>
#include <cstring>

#include "base/copy.h"
#include "context/ows.h"
#include "context/take_until.h"

namespace afterglow::context {
namespace {

constexpr std::size_t kMaxKeyLength = 256;
constexpr std::size_t kMaxValueLength = 256;
/// Members above this length are the first to go when the list is too long.
constexpr std::size_t kLargeMemberLength = 128;

constexpr bool is_large(std::string_view member) {
  return member.size() > kLargeMemberLength;
}

constexpr bool is_lower_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

constexpr bool is_key_character(char c) {
  return is_lower_alphanumeric(c) || c == '_' || c == '-' || c == '*' || c == '/' || c == '@';
}

bool is_valid_key(std::string_view key) {
  if (key.empty() || key.size() > kMaxKeyLength || !is_lower_alphanumeric(key.front())) {
    return false;
  }
  for (const char c : key) {
    if (!is_key_character(c)) {
      return false;
    }
  }
  return true;
}

bool is_valid_value(std::string_view value) {
  if (value.empty() || value.size() > kMaxValueLength || value.back() == ' ') {
    return false;
  }
  for (const char c : value) {
    if (c < ' ' || c > '~' || c == ',' || c == '=') {
      return false;
    }
  }
  return true;
}

// What a byte may be part of.
using Class = std::uint8_t;
constexpr Class kKeyStart = 1;
constexpr Class kKeyRest = 2;
constexpr Class kValueByte = 4;

struct Classes {
  std::uint8_t of[256] = {};
};
constexpr Classes classify() {
  Classes classes;
  for (unsigned byte = ' '; byte <= '~'; ++byte) {
    const auto c = static_cast<char>(byte);
    classes.of[byte] = static_cast<std::uint8_t>((is_lower_alphanumeric(c) ? kKeyStart : 0) |
                                                 (is_key_character(c) ? kKeyRest : 0) |
                                                 (c != ',' && c != '=' ? kValueByte : 0));
  }
  return classes;
}
constexpr Classes kClasses = classify();

// Goes over bytes of a class; at most `most` of them are allowed, and one must be there.
inline bool skip(const char*& at, const char* end, Class allowed, std::size_t most) {
  const char* const begin = at;
  while (at != end && (kClasses.of[static_cast<unsigned char>(*at)] & allowed) != 0) {
    ++at;
  }
  return at != begin && static_cast<std::size_t>(at - begin) <= most;
}

// The same for bytes of a value, eight at a time while there are eight.
inline bool skip_value(const char*& at, const char* end) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  const char* const begin = at;
  while (end - at >= 8) {
    const auto eight = base::load<std::uint64_t>(at);
    // High bits where the value ends; those above the first one may be wrong.
    const std::uint64_t ends = ((eight - kOnes * ' ') | (eight + kOnes) | eight |
                                ((eight ^ kOnes * ',') - kOnes) | ((eight ^ kOnes * '=') - kOnes)) &
                               kOnes << 7U;
    if (ends != 0) {
      at += std::countr_zero(ends) / 8;
      break;
    }
    at += 8;
  }
  const char* const rest = at;
  const bool goes_on = skip(at, end, kValueByte, kMaxValueLength);
  return (goes_on || rest != begin) && static_cast<std::size_t>(at - begin) <= kMaxValueLength;
}

// How many members a line has that stands in a list as it is: valid ones, with a comma and nothing
// else between them. 0 where something is different, be it wrong or not.
std::uint32_t count_plain_members(std::string_view line) {
  const char* at = line.data();
  const char* const end = at + line.size();
  for (std::uint32_t count = 1;; ++count) {
    const bool has_start =
        at != end && (kClasses.of[static_cast<unsigned char>(*at)] & kKeyStart) != 0;
    if (!has_start || !skip(at, end, kKeyRest, kMaxKeyLength) || at == end || *at != '=') {
      return 0;
    }
    ++at;
    if (!skip_value(at, end) || at[-1] == ' ') {
      return 0;
    }
    if (at == end) {
      return count;
    }
    if (*at++ != ',') {
      return 0;
    }
  }
}

bool is_valid_member(std::string_view member) {
  const std::string_view key = take_until(member, '=');
  return is_valid_key(key) && is_valid_value(member);
}

std::string_view key_of(std::string_view member) {
  return take_until(member, '=');
}

bool is_valid_list(std::string_view tracestate) {
  if (const std::uint32_t plain = count_plain_members(tracestate); plain != 0) {
    return plain <= kTracestateMaxMembers;
  }
  TracestateCollector check({});  // without memory: every member is looked at and none is kept
  check.add_line(tracestate);
  return !check.discarded();
}

/// Add the members of `tracestate` that have another key, `limit` at most.
void add_others(TracestateCollector& collector, std::string_view tracestate, std::string_view key,
                std::size_t limit) {
  std::string_view rest = is_valid_list(tracestate) ? tracestate : std::string_view();
  for (std::size_t members = 0; members < limit && !rest.empty();) {
    const std::string_view member = trim_ows(take_until(rest, ','));
    if (!member.empty() && key_of(member) != key) {
      collector.add_line(member);
      ++members;
    }
  }
}

}  // namespace

void TracestateCollector::add_line(std::string_view line) {
  const std::uint32_t plain =
      large_closed_ || closed_ || discarded_ ? 0 : count_plain_members(line);
  if (plain != 0 && members_seen_ + plain <= kTracestateMaxMembers && try_append(line)) {
    members_seen_ += plain;
    return;
  }
  while (!line.empty() && !discarded_) {
    const std::string_view member = trim_ows(take_until(line, ','));
    if (!member.empty()) {
      add_member(member);
    }
  }
}

void TracestateCollector::add_member(std::string_view member) {
  if (members_seen_ == kTracestateMaxMembers || !is_valid_member(member)) {
    discard();
    return;
  }
  ++members_seen_;
  keep(member);
}

void TracestateCollector::keep(std::string_view member) {
  if (closed_ || (large_closed_ && is_large(member))) {
    return;
  }
  while (!try_append(member)) {
    if (is_large(member)) {
      large_closed_ = true;
      return;
    }
    if (!drop_last_large()) {
      closed_ = true;
      return;
    }
    large_closed_ = true;
  }
}

bool TracestateCollector::try_append(std::string_view member) {
  const std::size_t separator = length_ == 0 ? 0 : 1;
  if (separator + member.size() > memory_.size() - length_) {
    return false;
  }
  if (separator != 0) {
    memory_[length_++] = ',';
  }
  base::copy(memory_.data() + length_, member.data(), member.size());
  length_ += member.size();
  return true;
}

bool TracestateCollector::drop_last_large() {
  std::size_t end = length_;
  while (end != 0) {
    const std::size_t comma = std::string_view(memory_.data(), end).rfind(',');
    const std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
    if (end - begin > kLargeMemberLength) {
      // With the comma behind it; the last member takes the comma before it instead.
      const std::size_t from = end == length_ && begin != 0 ? begin - 1 : begin;
      const std::size_t rest = end == length_ ? end : end + 1;
      std::memmove(memory_.data() + from, memory_.data() + rest, length_ - rest);
      length_ -= rest - from;
      return true;
    }
    end = begin == 0 ? 0 : begin - 1;
  }
  return false;
}

void TracestateCollector::discard() {
  discarded_ = true;
  length_ = 0;
}

std::size_t set_member(std::string_view tracestate, std::string_view key, std::string_view value,
                       std::span<char> out) {
  TracestateCollector collector(out);
  if (!is_valid_key(key) || !is_valid_value(value)) {
    collector.add_line(tracestate);
    return collector.text().size();
  }
  char entry[kMaxKeyLength + 1 + kMaxValueLength];
  std::memcpy(entry, key.data(), key.size());
  entry[key.size()] = '=';
  std::memcpy(entry + key.size() + 1, value.data(), value.size());
  collector.add_line({entry, key.size() + 1 + value.size()});

  add_others(collector, tracestate, key, kTracestateMaxMembers - 1);
  return collector.text().size();
}

std::size_t remove_member(std::string_view tracestate, std::string_view key, std::span<char> out) {
  TracestateCollector collector(out);
  add_others(collector, tracestate, key, kTracestateMaxMembers);
  return collector.text().size();
}

std::string_view find_member(std::string_view tracestate, std::string_view key) {
  while (!tracestate.empty()) {
    if (is_ows(tracestate.front())) {
      tracestate.remove_prefix(1);
      continue;
    }
    if (tracestate.size() <= key.size() || tracestate[key.size()] != '=' ||
        !base::equal(tracestate.data(), key.data(), key.size())) {
      take_until(tracestate, ',');
      continue;
    }
    tracestate.remove_prefix(key.size() + 1);
    return trim_ows(take_until(tracestate, ','));
  }
  return {};
}

}  // namespace afterglow::context
