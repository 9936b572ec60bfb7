#include "canary.h"

namespace canaries {
namespace {

constexpr std::size_t kMarkBytes = 8;
constexpr unsigned char kVeil = 0x55;

struct Mark {
  unsigned char veiled[kMarkBytes];

  consteval explicit Mark(const char (&text)[kMarkBytes + 1]) : veiled() {
    for (std::size_t i = 0; i < kMarkBytes; ++i) {
      veiled[i] = static_cast<unsigned char>(static_cast<unsigned char>(text[i]) ^ kVeil);
    }
  }
};

// One for each shape. `run.py` and canaries.sh look for the same.
constexpr Mark kMarks[kShapes] = {Mark("cAnArYtx"), Mark("dec0dedc"), Mark("cAnArYml"),
                                  Mark("cAnArYjw"), Mark("40071337")};

// Not known while compiling: the marks must not become constants in the memory.
volatile unsigned char veil = kVeil;

}  // namespace

Canary::Canary(Shape shape, std::uint32_t number) {
  add(shape == Shape::Token ? "eyJhbGciOi" : "");
  add_mark(shape);
  add_digits(number);
  switch (shape) {
    case Shape::Hex:
      add("0123456789abcdef0123456789abcdef");
      add_mark(shape);
      break;
    case Shape::Email:
      add("@mail.example");
      break;
    case Shape::Token:
      add(".eyJzdWIiOiJ4In0.c2lnbmF0dXJl");
      add_mark(shape);
      break;
    case Shape::Card:
      add("00");
      add_check_digit();
      break;
    case Shape::Text:
      add("-");
      add_mark(shape);
      break;
  }
}

void Canary::add(std::string_view piece) {
  for (const char c : piece) {
    text_[length_++] = c;
  }
}

void Canary::add_mark(Shape shape) {
  for (const unsigned char c : kMarks[static_cast<std::size_t>(shape)].veiled) {
    text_[length_++] = static_cast<char>(c ^ veil);
  }
}

void Canary::add_digits(std::uint32_t number) {
  for (std::uint32_t unit = 10'000; unit != 0; unit /= 10) {
    text_[length_++] = static_cast<char>('0' + number / unit % 10);
  }
}

// Luhn.
void Canary::add_check_digit() {
  int sum = 0;
  for (std::size_t i = 0; i < length_; ++i) {
    const int digit = text_[length_ - 1 - i] - '0';
    const int doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += i % 2 == 0 ? doubled : digit;
  }
  text_[length_++] = static_cast<char>('0' + (10 - sum % 10) % 10);
}

void Canary::wipe() {
  volatile char* const text = text_;
  for (std::size_t i = 0; i < sizeof text_; ++i) {
    text[i] = 0;
  }
  length_ = 0;
}

std::size_t count_marks(std::span<const char> memory) {
  std::size_t count = 0;
  const unsigned char key = veil;
  for (std::size_t at = 0; at + kMarkBytes <= memory.size(); ++at) {
    for (const Mark& mark : kMarks) {
      std::size_t same = 0;
      while (same < kMarkBytes &&
             static_cast<unsigned char>(memory[at + same]) == (mark.veiled[same] ^ key)) {
        ++same;
      }
      count += same == kMarkBytes ? 1 : 0;
    }
  }
  return count;
}

}  // namespace canaries
