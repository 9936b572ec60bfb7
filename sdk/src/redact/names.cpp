#include "redact/names.h"

#include <afterglow/secret_name.h>

namespace afterglow::redact {
namespace {

char folded(char c) {
  return c == '_' ? '-' : afterglow::detail::lower(c);
}

}  // namespace

bool has_prefix(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) {
    return false;
  }
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (folded(text[i]) != folded(prefix[i])) {
      return false;
    }
  }
  return true;
}

bool is_listed(std::string_view name, std::span<const std::string_view> list) {
  for (const std::string_view listed : list) {
    if (is_same_name(name, listed)) {
      return true;
    }
  }
  return false;
}

bool names_secret(std::string_view name) {
  return is_secret_name(name);
}

bool names_secret_parameter(std::string_view name) {
  return is_secret_parameter(name);
}

}  // namespace afterglow::redact
