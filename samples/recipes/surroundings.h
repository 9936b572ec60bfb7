#pragma once

// What a recipe finds around it in a program: a request with its headers, the headers of a call to
// a backend, and the call itself. Here they are as simple as can be; the tests of the recipes stand
// in for the rest of the program.

#include <afterglow/afterglow.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace recipes {

struct HeaderLine {
  std::string_view name;  ///< In lower case.
  std::string_view value;
};

/// A request that came in.
struct Request {
  std::string_view method;
  std::string_view path;
  std::span<const HeaderLine> headers;

  template <class F>
  void for_each(std::string_view name, F f) const {
    for (const HeaderLine& line : headers) {
      if (line.name == name) {
        f(line.value);
      }
    }
  }
};

/// The headers of a call to a backend, kept where they outlive the span that wrote them.
class CallHeaders {
 public:
  void set(std::string_view name, std::string_view value) {
    if (count_ == kMaxLines || name.size() + value.size() > sizeof text_ - used_) {
      return;
    }
    lines_[count_++] = {keep(name), keep(value)};
  }

  [[nodiscard]] std::span<const HeaderLine> lines() const { return {lines_, count_}; }

 private:
  static constexpr std::size_t kMaxLines = 8;

  std::string_view keep(std::string_view text) {
    char* const begin = text_ + used_;
    for (const char c : text) {
      text_[used_++] = c;
    }
    return {begin, text.size()};
  }

  HeaderLine lines_[kMaxLines];
  std::size_t count_ = 0;
  char text_[10 * 1024] = {};
  std::size_t used_ = 0;
};

/// Ask a backend and give its HTTP status.
std::uint32_t call_backend(std::string_view host, const CallHeaders& headers);

}  // namespace recipes
