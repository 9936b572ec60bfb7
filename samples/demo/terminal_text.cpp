#include "terminal_text.h"

#include <algorithm>
#include <cstdio>

namespace demo {

namespace {

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
}

}  // namespace

std::size_t columns(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues));
}

std::string fit(const std::string& text, std::size_t width, std::string_view ellipsis) {
  if (columns(text) <= width) {
    return text;
  }
  const std::size_t keep = width - columns(ellipsis);
  std::size_t bytes = 0;
  for (std::size_t seen = 0; bytes < text.size(); ++bytes) {
    if (!continues(text[bytes]) && seen++ == keep) {
      break;
    }
  }
  return text.substr(0, bytes) + std::string(ellipsis);
}

std::string pad(std::string text, std::size_t width) {
  const std::size_t used = columns(text);
  return used < width ? text.append(width - used, ' ') : text;
}

std::string repeat(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out.append(text);
  }
  return out;
}

std::string duration_text(std::uint64_t nanos, bool unicode) {
  char out[32];
  const auto value = static_cast<double>(nanos);
  if (nanos < 1'000'000) {
    std::snprintf(out, sizeof out, "%.0f %s", value / 1e3, unicode ? "µs" : "us");
  } else if (nanos < 1'000'000'000) {
    std::snprintf(out, sizeof out, nanos < 10'000'000 ? "%.2f ms" : "%.1f ms", value / 1e6);
  } else {
    std::snprintf(out, sizeof out, "%.2f s", value / 1e9);
  }
  return out;
}

std::string painted(std::string_view colour, const std::string& text, bool has_colour) {
  return has_colour ? std::string("\x1b[").append(colour).append("m").append(text).append("\x1b[0m")
                    : text;
}

std::string clean(std::string text) {
  // C1 controls are two bytes in UTF-8: C2 80 to C2 9F.
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (byte < 0x20 || byte == 0x7F) {
      text[i] = '?';
    } else if (byte == 0xC2 && next >= 0x80 && next <= 0x9F) {
      text.replace(i, 2, "?");
    }
  }
  return text;
}

}  // namespace demo
