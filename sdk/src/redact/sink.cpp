#include "redact/sink.h"

#include "base/copy.h"
#include "base/utf8.h"

namespace afterglow::redact {

void Sink::add(const char* piece, std::size_t bytes) {
  if (characters_ != kUnlimited) {
    const char* const end = piece + bytes;
    const char* at = piece;
    for (; at != end && characters_ != 0; --characters_) {
      const text::CodePoint point = text::next_code_point(at, end);
      at += point.valid ? point.length : 1;
    }
    bytes = static_cast<std::size_t>(at - piece);
  }
  bytes = bytes < most_ - size_ ? bytes : most_ - size_;
  if (size_ < room_) {
    base::copy(out_ + size_, piece, bytes < room_ - size_ ? bytes : room_ - size_);
  }
  size_ += bytes;
}

}  // namespace afterglow::redact
