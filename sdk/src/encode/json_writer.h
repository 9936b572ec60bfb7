#pragma once

// Writes JSON text straight into a fixed memory. The first byte that does not fit makes the writer
// fail, for good until `rewind`; many writes therefore need one check at the end.
//
// The writer knows no structure: commas and braces are part of the literals its callers write,
// which is what makes it fast. So is that one check of the memory covers all parts of a `put`:
//
//   out.put(R"(,"kind":)", Decimal(kind), R"(,"startTimeUnixNano":")", Decimal(start), '"');

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "encode/json_parts.h"

namespace afterglow::encode {

class JsonWriter {
 public:
  explicit JsonWriter(std::span<char> memory)
      : begin_(memory.data()),
        at_(memory.data()),
        limit_(memory.data() + memory.size()),
        end_(limit_) {}

  /// Literals, characters and the parts of json_parts.h, one after another: all of them, or none.
  template <class... Parts>
  [[gnu::always_inline]] JsonWriter& put(const Parts&... parts) {
    if (char* out = take((part_size(parts) + ...)); out != nullptr) {
      ((out = write_part(out, parts)), ...);
    }
    return *this;
  }

  /// Text that is JSON already.
  JsonWriter& raw(std::string_view json) { return write_raw(json.data(), json.size()); }

  /// A string with its quotes: control characters, `"` and `\` are escaped, invalid UTF-8 becomes
  /// U+FFFD.
  JsonWriter& string(std::string_view text) { return write_string(text.data(), text.size()); }

  /// A number without quotes.
  JsonWriter& number(std::uint64_t value);

  /// A 64-bit integer as proto3 JSON wants it: a decimal string.
  JsonWriter& quoted(std::uint64_t value);
  JsonWriter& quoted(std::int64_t value);

  /// Bytes as a quoted string of lower-case hexadecimal digits.
  template <class Array>
  JsonWriter& hex(const Array& bytes) {
    return put('"', Hex(bytes), '"');
  }

  /// Bytes as a quoted string of base64 with padding.
  JsonWriter& base64(std::span<const std::uint8_t> bytes);

  [[nodiscard]] bool failed() const { return failed_; }
  /// Bytes that still fit.
  [[nodiscard]] std::size_t room() const { return static_cast<std::size_t>(limit_ - at_); }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }
  [[nodiscard]] std::string_view text() const { return {begin_, size()}; }

  /// Forget everything after `size`, and that something did not fit.
  void rewind(std::size_t size) {
    at_ = begin_ + size;
    failed_ = false;
    set_limit();
  }

  /// Keep `bytes` at the end out of reach, so that what closes the document always fits.
  void reserve(std::size_t bytes) {
    failed_ = failed_ || bytes > room();
    end_ -= bytes;
    set_limit();
  }
  void give_back(std::size_t bytes) {
    end_ += bytes;
    set_limit();
  }

 private:
  // Of pointer and length a call is shorter than of a view.
  JsonWriter& write_raw(const char* json, std::size_t size);
  JsonWriter& write_string(const char* text, std::size_t size);
  // Room for so many bytes, or null: then the writer has failed.
  char* take(std::size_t bytes) {
    if (bytes > room()) {
      fail();
      return nullptr;
    }
    char* out = at_;
    at_ += bytes;
    return out;
  }
  void fail() {
    failed_ = true;
    set_limit();
  }
  // Once something did not fit, nothing does.
  void set_limit() { limit_ = failed_ || end_ < at_ ? at_ : end_; }
  void escaped(const char* from, const char* end);
  const char* write_special(const char* from, const char* end);

  char* begin_;
  char* at_;
  char* limit_;  // the end of what may be written
  char* end_;    // the same, unless something did not fit
  bool failed_ = false;
};

}  // namespace afterglow::encode
