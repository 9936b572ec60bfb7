#include "config/pairs.h"

#include <cstring>

#include "base/percent.h"
#include "base/utf8.h"
#include "config/words.h"

namespace afterglow::config {
namespace {

// Decodes `raw`, which lies in writable memory at or behind `out`, to `out` and closes it with a
// NUL. Null when it is malformed, else where the next text goes.
char* decode_to(char* out, char* raw, std::size_t length) {
  std::size_t decoded = 0;
  if (!text::percent_decode_strict({raw, length}, decoded)) {
    return nullptr;
  }
  const std::string_view text(raw, decoded);
  if (text.find('\0') != std::string_view::npos || !text::is_valid(text)) {
    return nullptr;
  }
  std::memmove(out, raw, decoded);
  out[decoded] = '\0';
  return out + decoded + 1;
}

constexpr bool is_token(char c) {
  constexpr std::string_view kSeparators = "\"(),/:;<=>?@[\\]{}";
  return c > ' ' && c <= '~' && kSeparators.find(c) == std::string_view::npos;
}

}  // namespace

bool decode_pairs(std::span<char> memory, std::size_t& length) {
  char* const begin = memory.data();
  char* out = begin;
  std::string_view list(begin, memory.size() - 1);
  std::string_view member;
  while (next_member(list, member)) {
    if (member.empty()) {
      continue;
    }
    const std::size_t equals = member.find('=');
    if (equals == std::string_view::npos) {
      return false;
    }
    std::string_view name(member.data(), equals);
    trim(name);
    member.remove_prefix(equals + 1);
    trim(member);
    if (name.empty()) {
      return false;
    }
    out = decode_to(out, begin + (name.data() - begin), name.size());
    if (out != nullptr) {
      out = decode_to(out, begin + (member.data() - begin), member.size());
    }
    if (out == nullptr) {
      return false;
    }
  }
  length = static_cast<std::size_t>(out - begin);
  return true;
}

bool next_pair(std::string_view& pairs, std::string_view& name, std::string_view& value) {
  const std::size_t name_end = pairs.find('\0');
  if (name_end == std::string_view::npos) {
    return false;
  }
  name = {pairs.data(), name_end};
  pairs.remove_prefix(name_end + 1);
  const std::size_t value_end = pairs.find('\0');
  value = {pairs.data(), value_end};
  pairs.remove_prefix(value_end + 1);
  return true;
}

std::string_view find_pair(std::string_view pairs, const std::string_view& name) {
  std::string_view found;
  std::string_view one;
  std::string_view value;
  while (next_pair(pairs, one, value)) {
    if (one == name) {
      found = value;
    }
  }
  return found;
}

bool are_headers(const std::string_view& pairs) {
  bool is_name = true;
  for (const char c : pairs) {
    const bool is_control = c == '\x7F' || (static_cast<unsigned char>(c) < ' ' && c != '\t');
    if (c == '\0') {
      is_name = !is_name;
    } else if (is_name ? !is_token(c) : is_control) {
      return false;
    }
  }
  return true;
}

}  // namespace afterglow::config
