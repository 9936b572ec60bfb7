#include "redact/names.h"

#include <afterglow/secret_name.h>

namespace afterglow::redact {
bool has_prefix(std::string_view text, std::string_view prefix) {
  return afterglow::detail::begins_with(text, prefix);
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
