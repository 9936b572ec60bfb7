#pragma once

// Header carriers for hosts that hand headers over as one text, "name\0value\0name\0value\0...": a
// view to read from, and a writer into memory the caller lends. Both satisfy the carrier concepts
// of the SDK, so `telemetry.extract(HeaderText{text})` and `span.inject(writer)` just work.

#include <cstddef>
#include <span>
#include <string_view>

namespace afterglow::custom {

namespace detail {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

constexpr bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i]))
      return false;
  }
  return true;
}

/// One header line and the length of its text, both NULs included; length 0 at the end, or where
/// the text is cut short.
struct Line {
  std::string_view name;
  std::string_view value;
  std::size_t length = 0;
};

constexpr Line first_line(std::string_view text) {
  const std::size_t name_end = text.find('\0');
  if (name_end == std::string_view::npos)
    return {};
  const std::size_t value_end = text.find('\0', name_end + 1);
  if (value_end == std::string_view::npos)
    return {};
  // Not `substr`: its bounds check links the C library's printf.
  return {{text.data(), name_end},
          {text.data() + name_end + 1, value_end - name_end - 1},
          value_end + 1};
}

}  // namespace detail

/// Reads headers. The text is borrowed and must outlive the view; a last line that is cut short is
/// ignored.
class HeaderText {
 public:
  constexpr explicit HeaderText(std::string_view text) : text_(text) {}

  /// Call `f(value)` once per header line of that name, in order, duplicates included. Names are
  /// compared without regard to case.
  template <class F>
  constexpr void for_each(std::string_view name, F&& f) const {
    std::string_view rest = text_;
    for (detail::Line line = detail::first_line(rest); line.length != 0;
         line = detail::first_line(rest)) {
      if (detail::same_name(line.name, name))
        f(line.value);
      rest.remove_prefix(line.length);
    }
  }

 private:
  std::string_view text_;
};

/// Writes headers into a lent buffer, beginning with what is in it already.
class HeaderWriter {
 public:
  /// `buffer` is borrowed; its first `length` bytes are headers to keep.
  constexpr explicit HeaderWriter(std::span<char> buffer, std::size_t length = 0)
      : buffer_(buffer), length_(length < buffer.size() ? length : buffer.size()) {}

  /// Make this the only line of that name. Returns false, and changes nothing, when the buffer is
  /// too small, the name is empty, or a NUL would break the text apart.
  constexpr bool set(std::string_view name, std::string_view value) {
    const bool clean = !name.empty() && name.find('\0') == std::string_view::npos &&
                       value.find('\0') == std::string_view::npos;
    const std::size_t room = buffer_.size() - length_ + length_of(name);
    if (!clean || name.size() > room || value.size() > room ||
        name.size() + value.size() + 2 > room) {
      dropped_ = true;
      return false;
    }
    remove(name);
    append(name);
    append(value);
    return true;
  }

  /// What was written so far; a view into the lent buffer.
  [[nodiscard]] constexpr std::string_view text() const { return {buffer_.data(), length_}; }

  /// Whether any `set` was refused.
  [[nodiscard]] constexpr bool dropped() const { return dropped_; }

 private:
  constexpr std::size_t length_of(std::string_view name) const {
    std::size_t sum = 0;
    std::string_view rest = text();
    for (detail::Line line = detail::first_line(rest); line.length != 0;
         line = detail::first_line(rest)) {
      if (detail::same_name(line.name, name))
        sum += line.length;
      rest.remove_prefix(line.length);
    }
    return sum;
  }

  constexpr void remove(std::string_view name) {
    std::size_t at = 0;
    while (true) {
      const detail::Line line = detail::first_line({text().data() + at, text().size() - at});
      if (line.length == 0)
        return;
      if (!detail::same_name(line.name, name)) {
        at += line.length;
        continue;
      }
      for (std::size_t i = at + line.length; i < length_; ++i)
        buffer_[i - line.length] = buffer_[i];
      length_ -= line.length;
    }
  }

  constexpr void append(std::string_view part) {
    for (const char c : part)
      buffer_[length_++] = c;
    buffer_[length_++] = '\0';
  }

  std::span<char> buffer_;
  std::size_t length_;
  bool dropped_ = false;
};

}  // namespace afterglow::custom
