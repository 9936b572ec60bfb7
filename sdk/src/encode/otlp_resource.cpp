#include "encode/otlp_resource.h"

#include "encode/otlp_values.h"

namespace afterglow::encode {
namespace {
constexpr std::string_view kClosing = "]}";
}  // namespace

Resource::Resource(JsonWriter& out, std::span<const Attribute> own) : out_(out), own_(own) {
  out_.raw(R"({"attributes":[)");
  out_.reserve(kClosing.size());
  for (std::size_t i = 0; i < own_.size(); ++i) {
    bool repeated_later = false;
    for (std::size_t j = i + 1; j < own_.size(); ++j) {
      repeated_later = repeated_later || own_[j].key.text() == own_[i].key.text();
    }
    if (!repeated_later) {
      write(own_[i].key.text(), own_[i].value);
    }
  }
}

void Resource::add(Key key, std::string_view value) {
  if (value.empty() || is_written(key.text())) {
    return;
  }
  write(key.text(), value);
  if (added_count_ < kMaxOwnKeys) {
    added_[added_count_++] = key.text();
  }
}

void Resource::add_detected(std::string_view key, std::string_view value) {
  if (!key.empty() && !value.empty() && !is_written(key)) {
    write(key, value);
  }
}

void Resource::close() {
  out_.give_back(kClosing.size());
  out_.raw(kClosing);
}

bool Resource::is_written(std::string_view key) const {
  for (const Attribute& attribute : own_) {
    if (attribute.key.text() == key) {
      return true;
    }
  }
  for (std::size_t i = 0; i < added_count_; ++i) {
    if (added_[i] == key) {
      return true;
    }
  }
  return false;
}

void Resource::write(std::string_view key, const Value& value) {
  const std::size_t before = out_.size();
  out_.raw(written_ == 0 ? "" : ",");
  write_attribute(out_, key, value);
  if (out_.failed()) {
    out_.rewind(before);
    ++dropped_;
    return;
  }
  ++written_;
}

}  // namespace afterglow::encode
