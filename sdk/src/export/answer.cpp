#include "export/answer.h"

#include <string_view>

namespace afterglow::exporter {
namespace {

constexpr std::uint64_t kNoBytes = 0xCBF2'9CE4'8422'2325;  // FNV-1a

constexpr std::uint64_t hash_of(std::uint64_t hash, unsigned char c) {
  return (hash ^ c) * 0x0000'0100'0000'01B3;
}

// Names are known by their hash, which is made while they are read. Whoever answers with another
// name of the same hash could as well have answered with the name.
consteval std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = kNoBytes;
  for (const char c : name) {
    hash = hash_of(hash, static_cast<unsigned char>(c));
  }
  return hash;
}

constexpr unsigned char kOther = 0x7F;  // and what is behind it is in no name that we know

// What is read, as far as it matters.
enum class Part : std::uint8_t { Other, Document, PartialSuccess, Count, Message };

Part part_of(Part object, std::uint64_t key) {
  if (object == Part::Document && key == hash_of("partialSuccess")) {
    return Part::PartialSuccess;
  }
  if (object == Part::PartialSuccess) {
    if (key == hash_of("rejectedSpans") || key == hash_of("rejectedDataPoints") ||
        key == hash_of("rejectedLogRecords")) {
      return Part::Count;
    }
    if (key == hash_of("errorMessage")) {
      return Part::Message;
    }
  }
  return Part::Other;
}

const char* skip_space(const char* at) {
  while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') {
    ++at;
  }
  return at;
}

// Digits, letters, `+`, and `-` `.` `/`, which stand beside the digits.
bool is_of_word(unsigned c) {
  return c - '-' <= '9' - '-' || (c | 0x20U) - 'a' <= 'z' - 'a' || c == '+';
}

// Reads JSON (RFC 8259) that ends at a NUL, which is part of no JSON: one that comes too early is
// as wrong as any other character. What reads takes where something begins and returns where it
// ends, or null, which ends the reading.
class AnswerReader {
 public:
  PartialSuccess result;

  const char* read(const char* at, Part part, unsigned depth);

 private:
  const char* read_members(const char* at, Part part, unsigned depth);
  const char* read_string(const char* at);
  static const char* read_unit(const char* at, unsigned& unit);
  const char* read_word(const char* at);
  void begin_token();
  void add(unsigned c);

  PartialSuccess pending_;
  // Of the string or word that was read last.
  std::uint64_t hash_;
  std::uint64_t count_;  // its value, of digits
  bool is_count_;
};

// White space, then any value.
const char* AnswerReader::read(const char* at, Part part, unsigned depth) {
  at = skip_space(at);
  if (*at == '{' || *at == '[') {
    return read_members(at, part, depth);
  }
  const bool is_string = *at == '"';
  at = is_string ? read_string(at) : read_word(at);
  if (part == Part::Count) {
    pending_.rejected = is_count_ ? count_ : 0;
  }
  if (part == Part::Message) {
    pending_.has_message = is_string && hash_ != kNoBytes;
  }
  return at;
}

// Of an object or an array. What an answer says counts once it is complete: a number that was cut
// is another number.
const char* AnswerReader::read_members(const char* at, Part part, unsigned depth) {
  constexpr unsigned kMaxDepth = 16;
  const bool is_object = *at == '{';
  const char close = is_object ? '}' : ']';
  if (depth == kMaxDepth) {
    return nullptr;
  }
  at = skip_space(at + 1);
  for (bool is_first = true; !is_first || *at != close; is_first = false) {
    Part member = Part::Other;
    if (is_object) {
      at = skip_space(at);
      at = *at == '"' ? read_string(at) : nullptr;
      if (at == nullptr) {
        return nullptr;
      }
      member = part_of(part, hash_);
      at = skip_space(at);
      if (*at++ != ':') {
        return nullptr;
      }
    }
    at = read(at, member, depth + 1);
    if (at == nullptr) {
      return nullptr;
    }
    at = skip_space(at);
    if (*at != ',') {
      break;
    }
    ++at;
  }
  if (*at != close) {
    return nullptr;
  }
  if (part == Part::PartialSuccess) {
    result = pending_;
  }
  return at + 1;
}

// What an escape stands for matters where it is ASCII. Halves of a code point may come alone
// (section 8.2), and an escape that there is not is passed over.
const char* AnswerReader::read_string(const char* at) {
  begin_token();
  for (;;) {
    auto c = static_cast<unsigned char>(*++at);
    if (c == '"') {
      return at + 1;
    }
    const bool is_escape = c == '\\';
    if (is_escape) {
      c = static_cast<unsigned char>(*++at);
    }
    if (c < ' ') {
      return nullptr;
    }
    unsigned unit = c;
    if (is_escape) {
      at = c == 'u' ? read_unit(at, unit) : at;
      unit = c == 'u' ? unit : kOther;
      if (at == nullptr) {
        return nullptr;
      }
    }
    add(unit);
  }
}

// Four hexadecimal digits, behind `at`.
const char* AnswerReader::read_unit(const char* at, unsigned& unit) {
  unit = 0;
  for (int i = 0; i < 4; ++i) {
    const auto digit = static_cast<unsigned char>(*++at);
    const unsigned number = digit - unsigned{'0'};
    const unsigned letter = (digit | 0x20U) - 'a';
    if (number > 9 && letter > 5) {
      return nullptr;
    }
    unit = unit * 16 + (number <= 9 ? number : letter + 10);
  }
  return at;
}

// A number, or `true`, `false` and `null`; others that look like them do no harm.
const char* AnswerReader::read_word(const char* at) {
  const char* const begin = at;
  begin_token();
  while (is_of_word(static_cast<unsigned char>(*at))) {
    add(static_cast<unsigned char>(*at++));
  }
  return at == begin ? nullptr : at;
}

void AnswerReader::begin_token() {
  hash_ = kNoBytes;
  count_ = 0;
  is_count_ = true;
}

void AnswerReader::add(unsigned c) {
  const unsigned digit = c - '0';
  is_count_ = is_count_ && digit <= 9 && count_ <= UINT64_MAX / 10 - 9;
  count_ = count_ * 10 + digit;
  hash_ = hash_of(hash_, c < kOther ? static_cast<unsigned char>(c) : kOther);
}

}  // namespace

PartialSuccess read_partial_success(std::span<char> body) {
  AnswerReader reader;
  if (!body.empty()) {
    body.back() = '\0';  // a full buffer is a cut answer anyway
    (void)reader.read(body.data(), Part::Document, 0);
  }
  return reader.result;
}

}  // namespace afterglow::exporter
