#include "base/utf8.h"

namespace afterglow::text {
namespace {

/// What a first byte promises: how long the sequence is, and which second bytes it allows. The
/// narrowed ranges are what keeps out overlong forms, surrogates and values above U+10FFFF.
struct Lead {
  std::uint32_t length;
  std::uint8_t second_min;
  std::uint8_t second_max;
};

constexpr std::uint8_t kContinuationMin = 0x80;
constexpr std::uint8_t kContinuationMax = 0xBF;

constexpr Lead read_lead(std::uint8_t byte) {
  if (byte < 0x80) {
    return {1, 0, 0};
  }
  if (byte < 0xC2 || byte > 0xF4) {
    return {0, 0, 0};
  }
  const std::uint32_t length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  switch (byte) {
    case 0xE0:
      return {length, 0xA0, kContinuationMax};
    case 0xED:
      return {length, kContinuationMin, 0x9F};
    case 0xF0:
      return {length, 0x90, kContinuationMax};
    case 0xF4:
      return {length, kContinuationMin, 0x8F};
    default:
      return {length, kContinuationMin, kContinuationMax};
  }
}

}  // namespace

CodePoint next_code_point(const char* at, const char* end) {
  const Lead lead = read_lead(static_cast<std::uint8_t>(*at));
  if (lead.length == 0) {
    return {1, false};
  }
  std::uint8_t min = lead.second_min;
  std::uint8_t max = lead.second_max;
  for (std::uint32_t i = 1; i < lead.length; ++i) {
    if (i == static_cast<std::size_t>(end - at)) {
      return {i, false};
    }
    const auto byte = static_cast<std::uint8_t>(at[i]);
    if (byte < min || byte > max) {
      return {i, false};
    }
    min = kContinuationMin;
    max = kContinuationMax;
  }
  return {lead.length, true};
}

std::size_t truncate(std::string_view text, std::size_t max_characters) {
  if (text.size() <= max_characters) {
    return text.size();  // no character is shorter than a byte
  }
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* at = begin;
  for (; max_characters != 0 && at != end; --max_characters) {
    const CodePoint point = next_code_point(at, end);
    at += point.valid ? point.length : 1;
  }
  return static_cast<std::size_t>(at - begin);
}

bool is_valid(std::string_view text) {
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const CodePoint point = next_code_point(at, end);
    if (!point.valid) {
      return false;
    }
    at += point.length;
  }
  return true;
}

}  // namespace afterglow::text
