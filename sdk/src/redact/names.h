#pragma once

// Names of attributes, headers and query parameters, compared as people mean them.

#include <span>
#include <string_view>

namespace afterglow::redact {

/// Whether `text` begins with `prefix`, whatever the case, `_` being `-`.
bool has_prefix(std::string_view text, std::string_view prefix);

/// Whether the names are the same, in the same sense.
inline bool is_same_name(std::string_view name, std::string_view other) {
  return name.size() == other.size() && has_prefix(name, other);
}

bool is_listed(std::string_view name, std::span<const std::string_view> list);

/// `is_secret_name` and `is_secret_parameter` once for the whole module.
bool names_secret(std::string_view name);
bool names_secret_parameter(std::string_view name);

}  // namespace afterglow::redact
