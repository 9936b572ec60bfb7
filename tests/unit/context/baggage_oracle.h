#pragma once

// The rules of `baggage` a second time, written for clarity instead of a small memory: members are
// split, judged and normalised as strings. The tests compare the SDK's single pass to it.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace baggage_oracle {

using Texts = std::vector<std::string>;

inline Texts split(const std::string& text, char separator) {
  Texts parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos)
      return parts;
    begin = end + 1;
  }
}

inline std::string trim(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string::npos)
    return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

inline bool is_key(const std::string& key) {
  constexpr std::string_view kDelimiters = "\"(),/:;<=>?@[\\]{}";  // what a token must not hold
  for (const char c : key) {
    if (c <= ' ' || c > '~' || kDelimiters.find(c) != std::string_view::npos)
      return false;
  }
  return !key.empty();
}

inline bool is_value(const std::string& value) {
  for (const char c : value) {
    if (c <= ' ' || c > '~' || c == '"' || c == ',' || c == ';' || c == '\\')
      return false;
  }
  return true;
}

/// `pair` without white space, or empty when it is invalid.
inline std::string pair(const std::string& text, bool needs_value) {
  const std::size_t equals = text.find('=');
  const std::string key = trim(text.substr(0, equals));
  if (equals == std::string::npos)
    return is_key(key) && !needs_value ? key : "";
  const std::string value = trim(text.substr(equals + 1));
  return is_key(key) && is_value(value) ? key + "=" + value : "";
}

/// A member without white space, or empty when it is invalid.
inline std::string member(const std::string& text) {
  std::string whole;
  for (const std::string& part : split(text, ';')) {
    const std::string normal = pair(part, whole.empty());
    if (normal.empty())
      return "";
    whole += (whole.empty() ? "" : ";") + normal;
  }
  return whole;
}

struct Collected {
  std::string text;
  unsigned invalid = 0;
  unsigned dropped = 0;
};

inline Collected collect(const Texts& lines, std::size_t capacity) {
  Collected result;
  for (const std::string& line : lines) {
    for (const std::string& text : split(line, ',')) {
      if (trim(text).empty())
        continue;
      const std::string normal = member(text);
      const std::string longer = result.text + (result.text.empty() ? "" : ",") + normal;
      if (normal.empty())
        ++result.invalid;
      else if (result.dropped != 0 || longer.size() > capacity)
        ++result.dropped;
      else
        result.text = longer;
    }
  }
  return result;
}

inline std::string encode(const std::string& value) {
  std::string encoded;
  for (const char c : value) {
    if (c != '%' && is_value(std::string(1, c))) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', "0123456789ABCDEF"[byte / 16], "0123456789ABCDEF"[byte % 16]};
  }
  return encoded;
}

inline std::string remove(const std::string& text, const std::string& key) {
  std::string kept;
  for (const std::string& member : split(text, ',')) {
    if (member.substr(0, member.find('=')) != key)
      kept += (kept.empty() ? "" : ",") + member;
  }
  return kept;
}

}  // namespace baggage_oracle
