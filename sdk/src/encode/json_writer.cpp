#include "encode/json_writer.h"

#include <bit>
#include <cstring>

#include "base/utf8.h"

namespace afterglow::encode {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";
constexpr char kBase64Digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static_assert(std::endian::native == std::endian::little);
constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;

// Has its high bit set in each byte that is `"`, `\`, below 0x20 or above 0x7f; bits above the
// first such byte may be set wrongly.
constexpr std::uint64_t special_bytes(std::uint64_t eight) {
  const auto below = [eight](std::uint64_t bound) { return eight - kOnes * bound; };
  const std::uint64_t quote = (eight ^ (kOnes * '"')) - kOnes;
  const std::uint64_t backslash = (eight ^ (kOnes * '\\')) - kOnes;
  return (below(0x20) | quote | backslash | eight) & kHighBits;
}

constexpr bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80 &&
         c != '"' && c != '\\';
}

}  // namespace

// Room for so many bytes, or null: then the writer has failed.
char* JsonWriter::take(std::size_t bytes) {
  if (failed_ || static_cast<std::ptrdiff_t>(bytes) > end_ - at_) {
    failed_ = true;
    return nullptr;
  }
  char* out = at_;
  at_ += bytes;
  return out;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  if (json.empty()) {
    return *this;
  }
  if (char* out = take(json.size()); out != nullptr) {
    std::memcpy(out, json.data(), json.size());
  }
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
  raw("\"");
  const char* from = text.data();
  const char* const end = from + text.size();
  while (from != end && !failed_) {
    from = copy_plain(from, end);
    if (from != end) {
      from = write_special(from, end);
    }
  }
  return raw("\"");
}

// Copy up to the first byte that cannot stand as it is; returns where that is.
const char* JsonWriter::copy_plain(const char* from, const char* end) {
  const char* at = from;
  while (end - at >= 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, at, sizeof eight);
    if (const std::uint64_t special = special_bytes(eight); special != 0) {
      at += std::countr_zero(special) / 8;
      raw({from, static_cast<std::size_t>(at - from)});
      return at;
    }
    at += 8;
  }
  while (at != end && is_plain(*at)) {
    ++at;
  }
  raw({from, static_cast<std::size_t>(at - from)});
  return at;
}

// Write one character that cannot stand as it is; returns where the next one begins.
const char* JsonWriter::write_special(const char* from, const char* end) {
  const auto c = static_cast<unsigned char>(*from);
  switch (c) {
    case '"':
      raw("\\\"");
      return from + 1;
    case '\\':
      raw("\\\\");
      return from + 1;
    case '\n':
      raw("\\n");
      return from + 1;
    case '\r':
      raw("\\r");
      return from + 1;
    case '\t':
      raw("\\t");
      return from + 1;
    default:
      break;
  }
  if (c < 0x20) {
    const char escaped[] = {'\\', 'u', '0', '0', kHexDigits[c >> 4U], kHexDigits[c & 0xFU]};
    raw({escaped, sizeof escaped});
    return from + 1;
  }
  const text::CodePoint point = text::next_code_point(from, end);
  raw(point.valid ? std::string_view(from, point.length) : std::string_view("\xEF\xBF\xBD"));
  return from + point.length;
}

void JsonWriter::digits(std::uint64_t value) {
  char text[20];
  std::size_t at = sizeof text;
  do {
    text[--at] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  raw({text + at, sizeof text - at});
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
  digits(value);
  return *this;
}

JsonWriter& JsonWriter::quoted(std::uint64_t value) {
  raw("\"");
  digits(value);
  return raw("\"");
}

JsonWriter& JsonWriter::quoted(std::int64_t value) {
  if (value >= 0) {
    return quoted(static_cast<std::uint64_t>(value));
  }
  raw("\"-");
  digits(0 - static_cast<std::uint64_t>(value));
  return raw("\"");
}

JsonWriter& JsonWriter::hex(std::span<const std::uint8_t> bytes) {
  char* out = take(bytes.size() * 2 + 2);
  if (out == nullptr) {
    return *this;
  }
  *out++ = '"';
  for (const std::uint8_t byte : bytes) {
    *out++ = kHexDigits[byte >> 4U];
    *out++ = kHexDigits[byte & 0xFU];
  }
  *out = '"';
  return *this;
}

JsonWriter& JsonWriter::base64(std::span<const std::uint8_t> bytes) {
  raw("\"");
  for (std::size_t i = 0; i < bytes.size() && !failed_; i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16U |
                                (left > 1 ? static_cast<std::uint32_t>(bytes[i + 1]) << 8U : 0U) |
                                (left > 2 ? bytes[i + 2] : 0U);
    const char four[] = {kBase64Digits[group >> 18U], kBase64Digits[group >> 12U & 63U],
                         left > 1 ? kBase64Digits[group >> 6U & 63U] : '=',
                         left > 2 ? kBase64Digits[group & 63U] : '='};
    raw({four, sizeof four});
  }
  return raw("\"");
}

}  // namespace afterglow::encode
