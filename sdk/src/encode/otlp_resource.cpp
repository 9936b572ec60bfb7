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
  if (detected_from_ == 0) {
    detected_from_ = out_.size();
  }
  if (!key.empty() && !value.empty() && !is_written(key) && !is_detected(key)) {
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

// The text is the memory of detected keys: looks in it for how this attribute would begin.
bool Resource::is_detected(std::string_view key) {
  const std::size_t before = out_.size();
  out_.raw(R"({"key":)").string(key).raw(R"(,"value":)");
  const std::string_view detected(out_.text().data() + detected_from_, before - detected_from_);
  const std::string_view beginning(out_.text().data() + before, out_.size() - before);
  const bool found = !out_.failed() && detected.find(beginning) != std::string_view::npos;
  out_.rewind(before);
  return found;
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
