#include "redact/sink.h"

#include <cstring>

#include "base/utf8.h"

namespace afterglow::redact {

void Sink::add(std::string_view piece) {
  std::size_t bytes = piece.size();
  if (characters_ != kUnlimited) {
    const char* const begin = piece.data();
    const char* const end = begin + bytes;
    const char* at = begin;
    for (; at != end && characters_ != 0; --characters_) {
      const text::CodePoint point = text::next_code_point(at, end);
      at += point.valid ? point.length : 1;
    }
    bytes = static_cast<std::size_t>(at - begin);
  }
  bytes = bytes < room_ - size_ ? bytes : room_ - size_;
  if (!measures_ && bytes != 0) {
    std::memcpy(out_ + size_, piece.data(), bytes);
  }
  size_ += bytes;
}

}  // namespace afterglow::redact
