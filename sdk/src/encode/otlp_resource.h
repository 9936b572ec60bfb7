#pragma once

// The resource as OTLP/JSON, rendered once for an instance: what the program says of itself wins
// over the environment, and that over what the platform tells.

#include <afterglow/attribute.h>

#include <span>
#include <string_view>

#include "encode/json_writer.h"

namespace afterglow::encode {

/// What becomes of a value before it is written: false leaves it out.
struct ValueFilter {
  void* object = nullptr;
  bool (*apply)(void* object, const Key& key, const Value& value, Value& out) = nullptr;
};

class Resource {
 public:
  /// `own` are the program's attributes; they win over everything that is added. All that is
  /// written passes `filter`.
  Resource(JsonWriter& out, std::span<const Attribute> own, ValueFilter filter = {});

  /// Write an attribute that has a fixed key, with the program's value or, without one, `value`,
  /// unless that is empty. Whoever adds first wins, as long as it fits.
  void add(const Key& key, const std::string_view& value);
  /// Write the program's other attributes. To be called once, after all of `add`.
  void add_own();
  /// Write an attribute that the environment tells, unless its key is taken. To be called next.
  void add_environment(const std::string_view& key, const std::string_view& value);
  /// Write an attribute that the platform told, unless its key is taken or the value empty. To be
  /// called last.
  void add_detected(const std::string_view& key, const std::string_view& value);
  void close();

  /// Attributes that did not fit.
  [[nodiscard]] std::uint32_t dropped() const { return dropped_; }

 private:
  static constexpr std::size_t kMaxFixedKeys = 8;

  [[nodiscard]] const Attribute* find_own(const std::string_view& key) const;
  [[nodiscard]] bool is_added(const std::string_view& key) const;
  [[nodiscard]] bool is_detected(const std::string_view& key);
  bool write(const Key& key, const Value& value);

  JsonWriter& out_;
  std::span<const Attribute> own_;
  ValueFilter filter_;
  std::string_view added_[kMaxFixedKeys];
  std::size_t added_count_ = 0;
  std::size_t detected_from_ = 0;  // where detected attributes begin in the text
  std::uint32_t written_ = 0;
  std::uint32_t dropped_ = 0;
};

}  // namespace afterglow::encode
