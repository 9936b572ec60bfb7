#pragma once

// The rules of `tracestate` a second time, written for clarity instead of a small memory: the
// whole list is built, then judged, then shortened. The tests compare the SDK's single pass to it.

#include <string>
#include <string_view>
#include <vector>

namespace oracle {

using Members = std::vector<std::string>;

inline constexpr std::string_view kKeyFirst = "abcdefghijklmnopqrstuvwxyz0123456789";
inline constexpr std::string_view kKeyOther = "abcdefghijklmnopqrstuvwxyz0123456789_-*/@";

inline bool is_member(const std::string& member) {
  const std::size_t equals = member.find('=');
  if (equals == std::string::npos)
    return false;
  const std::string key = member.substr(0, equals);
  const std::string value = member.substr(equals + 1);
  if (key.empty() || key.size() > 256 || value.empty() || value.size() > 256)
    return false;
  if (kKeyFirst.find(key[0]) == std::string_view::npos)
    return false;
  if (key.find_first_not_of(kKeyOther) != std::string::npos)
    return false;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e || c == ',' || c == '=')
      return false;
  }
  return value.back() != ' ';
}

/// The members of a line, without white space around them and without empty ones.
inline Members split(const std::string& line) {
  Members members;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(',', begin), line.size());
    const std::string member = line.substr(begin, end - begin);
    const std::size_t first = member.find_first_not_of(" \t");
    if (first != std::string::npos) {
      members.push_back(member.substr(first, member.find_last_not_of(" \t") - first + 1));
    }
    begin = end + 1;
  }
  return members;
}

inline bool is_list(const Members& members) {
  for (const std::string& member : members) {
    if (!is_member(member))
      return false;
  }
  return members.size() <= 32;
}

inline std::string join(const Members& members) {
  std::string text;
  for (const std::string& member : members) {
    text += (text.empty() ? "" : ",") + member;
  }
  return text;
}

/// Shorten to `capacity`: members above 128 characters from the end, then the others.
inline std::string shorten(Members members, std::size_t capacity) {
  while (join(members).size() > capacity) {
    std::size_t victim = members.size() - 1;
    for (std::size_t i = members.size(); i-- > 0;) {
      if (members[i].size() > 128) {
        victim = i;
        break;
      }
    }
    members.erase(members.begin() + static_cast<std::ptrdiff_t>(victim));
  }
  return join(members);
}

inline std::string collect(const std::string& line, std::size_t capacity) {
  const Members members = split(line);
  return is_list(members) ? shorten(members, capacity) : std::string();
}

inline std::string set(const std::string& line, const std::string& key, const std::string& value,
                       std::size_t capacity) {
  const std::string own = key + "=" + value;
  if (!is_member(own) || key.find('=') != std::string::npos)
    return collect(line, capacity);
  Members members{own};
  const Members others = split(line);
  if (is_list(others)) {
    for (const std::string& member : others) {
      if (member.substr(0, member.find('=')) != key)
        members.push_back(member);
    }
  }
  if (members.size() > 32)
    members.resize(32);
  return shorten(members, capacity);
}

}  // namespace oracle
