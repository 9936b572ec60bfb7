// Where attributes of measurements pass the policy of redaction, before the table stores them.

#include <new>

#include "redact/redactor.h"
#include "telemetry_metrics.h"

namespace afterglow {
namespace {

// By its key alone: so most are. What lies in lists and maps has to be looked at.
bool is_kept(const redact::Redactor& redactor, const Attribute& attribute) {
  const ValueType type = attribute.value.type();
  return type != ValueType::Array && type != ValueType::Map &&
         redactor.decide_for(redact::Place::Attribute, attribute.key).keeps();
}

// All of them as the policy says, in `memory`: a list, and behind it what replaces values, for each
// an equal part. What needs more is masked; what has no place in the list is left out.
Attributes replace(redact::Redactor& redactor, Attributes attributes, std::span<char> memory) {
  const std::size_t skip = (0 - reinterpret_cast<std::uintptr_t>(memory.data())) % 16;
  const std::size_t list_bytes = (attributes.size() * sizeof(Attribute) + 15) / 16 * 16;
  if (memory.size() < skip + list_bytes) {
    return {};
  }
  const std::span<std::byte> all = std::as_writable_bytes(memory).subspan(skip);
  std::span<std::byte> values = all.subspan(list_bytes);
  const std::size_t share = values.size() / attributes.size() / 16 * 16;
  auto* const list = reinterpret_cast<Attribute*>(all.data());
  std::size_t count = 0;
  for (const Attribute& attribute : attributes) {
    Value value;
    if (redactor.redact(attribute.key, attribute.value, values.first(share), value)) {
      new (list + count++) Attribute{attribute.key, value};
      values = values.subspan(share);
    }
  }
  return std::span<const Attribute>(list, count);
}

}  // namespace

Attributes redacted_attributes(void* recorder, Attributes attributes) {
  auto& self = *static_cast<record::Recorder*>(recorder);
  if (attributes.size() > measure::kMaxAttributes) {
    return attributes;  // nothing of them is stored
  }
  for (const Attribute& attribute : attributes) {
    if (!is_kept(self.redactor, attribute)) {
      return replace(self.redactor, attributes, self.scratch);
    }
  }
  return attributes;
}

}  // namespace afterglow
