#pragma once

// Looks into the rendered resource, for what else needs to know an attribute of it.

#include <string_view>

namespace afterglow::encode {

/// One scalar of the rendered resource.
struct ResourceValue {
  std::string_view json = {};  ///< As JSON: a string with its quotes, a number, true, false.
  bool found = false;

  /// What is between the quotes of a string, escapes and all; empty for other types.
  [[nodiscard]] std::string_view text() const;
};

/// The attribute `key`, printable ASCII, of a resource that `Resource` wrote. Arrays, maps and
/// bytes are not found.
[[nodiscard]] ResourceValue find_in_resource(std::string_view resource, std::string_view key);

/// To look at all of its attributes: go past the beginning of such a resource, then take one after
/// another. `key` is as in JSON, without its quotes; `value` is not found for other than scalars.
bool begin_resource(std::string_view& resource);
[[nodiscard]] bool next_in_resource(std::string_view& resource, std::string_view& key,
                                    ResourceValue& value);

}  // namespace afterglow::encode
