#include "fastly_settings.h"

#include <cstddef>
#include <span>

#include "fastly_calls.h"

namespace afterglow::fastly {
namespace {

// The longest value of a config store is 8,000 characters.
constinit char g_text[8000];
constinit std::size_t g_length = 0;
constinit host::ReadResult g_result{};
constinit bool g_read = false;
constinit wasi::Environment g_settings{};

void read() {
  g_result = read_config(kStore, kEntry, g_text);
  if (g_result.status != host::Status::Ok)
    return;
  g_length = g_result.length;
  for (char& c : std::span<char>(g_text, g_length)) {
    if (c == '\n' || c == '\r')
      c = '\0';
  }
  g_settings = wasi::Environment({g_text, g_length});
}

}  // namespace

const wasi::Environment& settings() {
  if (!g_read) {
    g_read = true;
    read();
  }
  return g_settings;
}

host::ReadResult settings_result() {
  (void)settings();
  return g_result;
}

bool parse_number(std::string_view text, std::uint32_t& number) {
  std::uint64_t sum = 0;
  for (const char c : text) {
    if (c < '0' || c > '9')
      return false;
    sum = sum * 10 + static_cast<std::uint64_t>(c - '0');
    if (sum > UINT32_MAX)
      return false;
  }
  number = static_cast<std::uint32_t>(sum);
  return !text.empty();
}

std::uint32_t number_setting(std::string_view name, std::uint32_t otherwise) {
  std::uint32_t number = otherwise;
  return parse_number(settings().get(name), number) ? number : otherwise;
}

}  // namespace afterglow::fastly
