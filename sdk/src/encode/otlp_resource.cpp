#include "encode/otlp_resource.h"

#include "encode/otlp_values.h"

namespace afterglow::encode {
namespace {
constexpr std::string_view kClosing = "]}";
}  // namespace

Resource::Resource(JsonWriter& out, std::span<const Attribute> own, ValueFilter filter)
    : out_(out), own_(own), filter_(filter) {
  out_.raw(R"({"attributes":[)");
  out_.reserve(kClosing.size());
}

void Resource::add(const Key& key, const std::string_view& value) {
  if (is_added(key.text()) || added_count_ == kMaxFixedKeys) {
    return;
  }
  const Attribute* own = find_own(key.text());
  const bool added =
      (own != nullptr && write(own->key, own->value)) || (!value.empty() && write(key, value));
  if (added) {
    added_[added_count_++] = key.text();
  }
}

void Resource::add_own() {
  for (const Attribute& attribute : own_) {
    const bool last_of_its_key = find_own(attribute.key.text()) == &attribute;
    if (last_of_its_key && !is_added(attribute.key.text())) {
      write(attribute.key, attribute.value);
    }
  }
}

void Resource::add_environment(const std::string_view& key, const std::string_view& value) {
  if (detected_from_ == 0) {
    detected_from_ = out_.size();
  }
  const bool is_taken = find_own(key) != nullptr || is_added(key) || is_detected(key);
  if (!key.empty() && !is_taken) {
    write(DynamicKey(key), value);
  }
}

void Resource::add_detected(const std::string_view& key, const std::string_view& value) {
  if (!value.empty()) {
    add_environment(key, value);
  }
}

void Resource::close() {
  out_.give_back(kClosing.size());
  out_.raw(kClosing);
}

// The last one counts.
const Attribute* Resource::find_own(const std::string_view& key) const {
  const Attribute* found = nullptr;
  for (const Attribute& attribute : own_) {
    if (attribute.key.text() == key) {
      found = &attribute;
    }
  }
  return found;
}

bool Resource::is_added(const std::string_view& key) const {
  for (std::size_t i = 0; i < added_count_; ++i) {
    if (added_[i] == key) {
      return true;
    }
  }
  return false;
}

// The text is the memory of detected keys: looks in it for how this attribute would begin.
bool Resource::is_detected(const std::string_view& key) {
  const std::size_t before = out_.size();
  out_.raw(R"({"key":)").string(key).raw(R"(,"value":)");
  const std::string_view detected(out_.text().data() + detected_from_, before - detected_from_);
  const std::string_view beginning(out_.text().data() + before, out_.size() - before);
  const bool found = !out_.failed() && detected.find(beginning) != std::string_view::npos;
  out_.rewind(before);
  return found;
}

bool Resource::write(const Key& key, const Value& value) {
  Value kept = value;
  if (filter_.apply != nullptr && !filter_.apply(filter_.object, key, value, kept)) {
    return true;
  }
  const std::size_t before = out_.size();
  out_.raw(written_ == 0 ? "" : ",");
  write_attribute(out_, key.text(), kept);
  if (out_.failed()) {
    out_.rewind(before);
    ++dropped_;
    return false;
  }
  ++written_;
  return true;
}

}  // namespace afterglow::encode
