#include "config/endpoint.h"

#include <afterglow/ascii.h>

#include <cstddef>

namespace afterglow::config {
namespace {

// Whether `url` goes on with `lower_case` at `at`, which is then behind it.
bool take(const std::string_view& url, std::size_t& at, const char* lower_case) {
  std::size_t end = at;
  for (; *lower_case != '\0'; ++lower_case, ++end) {
    if (end == url.size() || detail::lower(url[end]) != *lower_case) {
      return false;
    }
  }
  at = end;
  return true;
}

constexpr bool is_clean(char c) {
  return c > ' ' && c <= '~' && c != '#' && c != '\\' && c != '"' && c != '<' && c != '>';
}

}  // namespace

Endpoint parse_endpoint(const std::string_view& url, bool is_base) {
  std::size_t host = 0;
  if (!take(url, host, "http")) {
    return {};
  }
  (void)take(url, host, "s");
  if (!take(url, host, "://")) {
    return {};
  }
  std::size_t path = 0;  // where it begins, once it is found
  for (std::size_t i = host; i < url.size(); ++i) {
    const char c = url[i];
    const bool is_wrong = path == 0 ? c == '@' || c == '?' : c == '?' && is_base;
    if (is_wrong || !is_clean(c)) {
      return {};
    }
    path = path == 0 && c == '/' ? i : path;
  }
  path = path == 0 ? url.size() : path;
  if (path == host || url[host] == ':') {
    return {};
  }
  std::size_t end = url.size();
  while (is_base && end != path && url[end - 1] == '/') {
    --end;
  }
  return {.origin = {url.data(), path}, .path = {url.data() + path, end - path}};
}

}  // namespace afterglow::config
