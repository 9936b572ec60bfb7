#pragma once

// Writes JSON text straight into a fixed memory. The first byte that does not fit makes the writer
// fail, for good until `rewind`; many writes therefore need one check at the end.
//
// The writer knows no structure: commas and braces are part of the literals its callers write,
// which is what makes it fast.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow::encode {

class JsonWriter {
 public:
  explicit JsonWriter(std::span<char> memory)
      : begin_(memory.data()), at_(memory.data()), end_(memory.data() + memory.size()) {}

  /// Text that is JSON already.
  JsonWriter& raw(std::string_view json);

  /// A string with its quotes: control characters, `"` and `\` are escaped, invalid UTF-8 becomes
  /// U+FFFD.
  JsonWriter& string(std::string_view text);

  /// A number without quotes.
  JsonWriter& number(std::uint64_t value);

  /// A 64-bit integer as proto3 JSON wants it: a decimal string.
  JsonWriter& quoted(std::uint64_t value);
  JsonWriter& quoted(std::int64_t value);

  /// Bytes as a quoted string of lower-case hexadecimal digits.
  JsonWriter& hex(std::span<const std::uint8_t> bytes);

  /// Bytes as a quoted string of base64 with padding.
  JsonWriter& base64(std::span<const std::uint8_t> bytes);

  [[nodiscard]] bool failed() const { return failed_; }
  /// Bytes that still fit.
  [[nodiscard]] std::size_t room() const {
    return failed_ ? 0 : static_cast<std::size_t>(end_ - at_);
  }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }
  [[nodiscard]] std::string_view text() const { return {begin_, size()}; }

  /// Forget everything after `size`, and that something did not fit.
  void rewind(std::size_t size) {
    at_ = begin_ + size;
    failed_ = false;
  }

  /// Keep `bytes` at the end out of reach, so that what closes the document always fits.
  void reserve(std::size_t bytes) {
    end_ -= bytes;
    failed_ = failed_ || at_ > end_;
  }
  void give_back(std::size_t bytes) { end_ += bytes; }

 private:
  char* take(std::size_t bytes);
  void digits(std::uint64_t value);
  const char* copy_plain(const char* from, const char* end);
  const char* write_special(const char* from, const char* end);

  char* begin_;
  char* at_;
  char* end_;
  bool failed_ = false;
};

}  // namespace afterglow::encode
