#pragma once

// A JSON document as a tree, for tests. RapidJSON's own Document does not compile with libc++.

#include <string>
#include <string_view>
#include <vector>

namespace vectors {

struct Json {
  enum class Type { Null, Bool, Number, String, Array, Object };

  Type type = Type::Null;
  bool boolean = false;
  unsigned number = 0;
  std::string text;               ///< UTF-8.
  std::vector<Json> items;        ///< Of an array, or the values of an object.
  std::vector<std::string> keys;  ///< Of an object, one for each item.

  /// The value of `key`, or null.
  [[nodiscard]] const Json* find(std::string_view key) const {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i] == key)
        return &items[i];
    }
    return nullptr;
  }
};

/// `Null` when `document` is no JSON. Numbers are whole and not negative.
[[nodiscard]] Json parse_json(std::string_view document);

}  // namespace vectors
