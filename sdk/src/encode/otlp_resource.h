#pragma once

// The resource as OTLP/JSON, rendered once for an instance: what the program says of itself wins
// over the environment, and that over what the platform tells.

#include <afterglow/attribute.h>

#include <span>
#include <string_view>

#include "encode/json_writer.h"

namespace afterglow::encode {

class Resource {
 public:
  /// `own` are the program's attributes: a key in there is never written a second time.
  Resource(JsonWriter& out, std::span<const Attribute> own);

  /// Write one attribute, unless it is empty, was written before, or does not fit.
  void add(Key key, std::string_view value);
  /// The same for a key that is known at run time. To be called after all of `add`.
  void add_detected(std::string_view key, std::string_view value);
  void close();

  /// Attributes that did not fit.
  [[nodiscard]] std::uint32_t dropped() const { return dropped_; }

 private:
  static constexpr std::size_t kMaxOwnKeys = 8;  // that `add` can remember

  [[nodiscard]] bool is_written(std::string_view key) const;
  [[nodiscard]] bool is_detected(std::string_view key);
  void write(std::string_view key, const Value& value);

  JsonWriter& out_;
  std::span<const Attribute> own_;
  std::string_view added_[kMaxOwnKeys];
  std::size_t added_count_ = 0;
  std::size_t detected_from_ = 0;  // where detected attributes begin in the text
  std::uint32_t written_ = 0;
  std::uint32_t dropped_ = 0;
};

}  // namespace afterglow::encode
