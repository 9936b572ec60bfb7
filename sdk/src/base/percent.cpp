#include "base/percent.h"

namespace afterglow::text {
namespace {

constexpr int digit_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool has_only_whole_escapes(std::string_view text) {
  while (!text.empty()) {
    if (text.front() == '%' && percent_escape(text) < 0) {
      return false;
    }
    text.remove_prefix(text.front() == '%' ? kPercentEscapeLength : 1);
  }
  return true;
}

}  // namespace

int percent_escape(std::string_view text) {
  if (text.size() < kPercentEscapeLength || text[0] != '%') {
    return -1;
  }
  const int high = digit_value(text[1]);
  const int low = digit_value(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool percent_decode_strict(std::span<char> text, std::size_t& length) {
  std::string_view rest(text.data(), text.size());
  if (!has_only_whole_escapes(rest)) {
    return false;
  }
  char* out = text.data();
  while (!rest.empty()) {
    const bool is_escape = rest.front() == '%';
    *out++ = is_escape ? static_cast<char>(percent_escape(rest)) : rest.front();
    rest.remove_prefix(is_escape ? kPercentEscapeLength : 1);
  }
  length = static_cast<std::size_t>(out - text.data());
  return true;
}

}  // namespace afterglow::text
