#include "encode/json_writer.h"

#include <bit>

#include "base/utf8.h"

namespace afterglow::encode {
namespace {

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

constexpr std::size_t first_of(std::uint64_t special) {
  return static_cast<std::size_t>(std::countr_zero(special)) / 8;
}

// Copies up to the first byte that cannot stand as it is; returns how many bytes that are. There is
// room for all of them, so that a copy may go beyond and be written over.
std::size_t copy_plain(char* out, const char* from, std::size_t size) {
  std::size_t at = 0;
  for (; size - at >= 8; at += 8) {
    const auto eight = base::load<std::uint64_t>(from + at);
    base::store(out + at, eight);
    if (const std::uint64_t special = special_bytes(eight); special != 0) {
      return at + first_of(special);
    }
  }
  for (; at != size && is_plain(from[at]); ++at) {
    out[at] = from[at];
  }
  return at;
}

}  // namespace

JsonWriter& JsonWriter::write_raw(const char* json, std::size_t size) {
  if (char* out = take(size); out != nullptr) {
    base::copy(out, json, size);
  }
  return *this;
}

JsonWriter& JsonWriter::write_string(const char* text, std::size_t size) {
  char* const out = take(size + 2);  // no form is shorter
  if (out == nullptr) {
    return *this;
  }
  *out = '"';
  const std::size_t plain = copy_plain(out + 1, text, size);
  if (plain == size) {
    out[plain + 1] = '"';
    return *this;
  }
  at_ = out + 1 + plain;
  escaped(text + plain, text + size);
  return put('"');
}

// The rest of a string, from its first byte that cannot stand as it is.
void JsonWriter::escaped(const char* from, const char* end) {
  while (from != end && !failed_) {
    from = write_special(from, end);
    const char* const plain = from;
    while (from != end && is_plain(*from)) {
      ++from;
    }
    raw({plain, static_cast<std::size_t>(from - plain)});
  }
}

// Write one character that cannot stand as it is; returns where the next one begins.
const char* JsonWriter::write_special(const char* from, const char* end) {
  const auto c = static_cast<unsigned char>(*from);
  switch (c) {
    case '"':
      put("\\\"");
      return from + 1;
    case '\\':
      put("\\\\");
      return from + 1;
    case '\n':
      put("\\n");
      return from + 1;
    case '\r':
      put("\\r");
      return from + 1;
    case '\t':
      put("\\t");
      return from + 1;
    default:
      break;
  }
  if (c < 0x20) {
    const std::uint8_t bytes[] = {c};
    put("\\u00", Hex(bytes));
    return from + 1;
  }
  const text::CodePoint point = text::next_code_point(from, end);
  raw(point.valid ? std::string_view(from, point.length) : std::string_view("\xEF\xBF\xBD"));
  return from + point.length;
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
  return put(Decimal(value));
}

JsonWriter& JsonWriter::quoted(std::uint64_t value) {
  return put('"', Decimal(value), '"');
}

JsonWriter& JsonWriter::quoted(std::int64_t value) {
  if (value >= 0) {
    return quoted(static_cast<std::uint64_t>(value));
  }
  return put("\"-", Decimal(0 - static_cast<std::uint64_t>(value)), '"');
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
