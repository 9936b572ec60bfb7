#include "fastly_header_list.h"

#include <cstddef>

#include "wasi_calls.h"

namespace afterglow::fastly {
namespace {

constexpr std::size_t kMaxValue = 2048;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// `text`, at most `kMaxValue` bytes, without its percent-encoding; the number of bytes.
std::size_t decode(std::string_view text, char* out) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool room = i + 2 < text.size();
    const int high = text[i] == '%' && room ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    out[size++] = low < 0 ? text[i] : static_cast<char>(high * 16 + low);
    i += low < 0 ? 0 : 2;
  }
  return size;
}

void visit_entry(std::string_view entry, host::PairVisitor visit) {
  const std::size_t equals = entry.find('=');
  if (equals >= entry.size())
    return;
  const std::string_view name = trimmed(wasi::head(entry, equals));
  const std::string_view value = trimmed(wasi::tail(entry, equals + 1));
  if (name.empty() || value.size() > kMaxValue)
    return;
  char decoded[kMaxValue];
  const std::size_t size = decode(value, decoded);
  visit(name, {decoded, size});
  for (volatile char& c : decoded)  // it may have been a secret
    c = 0;
}

}  // namespace

void visit_header_text(std::string_view text, host::PairVisitor visit) {
  while (true) {
    const std::size_t name_end = text.find('\0');
    if (name_end >= text.size())
      return;
    const std::size_t value_end = text.find('\0', name_end + 1);
    if (value_end >= text.size())
      return;
    visit(wasi::head(text, name_end), wasi::tail(wasi::head(text, value_end), name_end + 1));
    text.remove_prefix(value_end + 1);
  }
}

void visit_header_list(std::string_view list, host::PairVisitor visit) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::size_t length = comma < list.size() ? comma : list.size();
    visit_entry(wasi::head(list, length), visit);
    list.remove_prefix(comma < list.size() ? length + 1 : length);
  }
}

}  // namespace afterglow::fastly
