#include "config/endpoint.h"

#include <cstddef>

#include "config/words.h"

namespace afterglow::config {
namespace {

std::size_t scheme_length(std::string_view url) {
  for (const std::string_view scheme :
       {std::string_view("http://"), std::string_view("https://")}) {
    if (url.size() > scheme.size() && is_word({url.data(), scheme.size()}, scheme)) {
      return scheme.size();
    }
  }
  return 0;
}

bool is_clean(std::string_view url) {
  for (const char c : url) {
    const bool is_visible = c > ' ' && c <= '~';
    if (!is_visible || c == '#' || c == '\\' || c == '"' || c == '<' || c == '>') {
      return false;
    }
  }
  return true;
}

}  // namespace

Endpoint parse_endpoint(std::string_view url, bool is_base) {
  const std::size_t scheme = scheme_length(url);
  if (scheme == 0 || !is_clean(url) || (is_base && url.find('?') != std::string_view::npos)) {
    return {};
  }
  std::size_t end = scheme;
  while (end < url.size() && url[end] != '/' && url[end] != '?') {
    if (url[end] == '@') {
      return {};
    }
    ++end;
  }
  const bool has_host = end != scheme && url[scheme] != ':';
  const bool is_query_bare = end < url.size() && url[end] == '?';
  if (!has_host || is_query_bare) {
    return {};
  }
  Endpoint endpoint{.origin = {url.data(), end}, .path = {}};
  url.remove_prefix(end);
  while (is_base && !url.empty() && url.back() == '/') {
    url.remove_suffix(1);
  }
  endpoint.path = url;
  return endpoint;
}

}  // namespace afterglow::config
