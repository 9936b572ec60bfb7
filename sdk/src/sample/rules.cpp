#include <afterglow/rules.h>

namespace afterglow {
namespace {

bool has_prefix(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) {
    return false;
  }
  text.remove_suffix(text.size() - prefix.size());
  return text == prefix;
}

// The value that counts: of a key given twice, the last. Null where there is none.
const Value* find(Attributes attributes, std::string_view key) {
  const Value* found = nullptr;
  for (const Attribute& attribute : attributes) {
    if (attribute.key.text() == key) {
      found = &attribute.value;
    }
  }
  return found;
}

bool same(const Value& wanted, const Value& value) {
  if (wanted.type() != value.type()) {
    return false;
  }
  switch (wanted.type()) {
    case ValueType::Bool:
    case ValueType::Int:
      return wanted.as_int() == value.as_int();
    case ValueType::Double:
      return wanted.as_double() == value.as_double();
    case ValueType::String:
      return wanted.as_string() == value.as_string();
    default:
      return false;
  }
}

bool attribute_matches(const Rule& rule, Attributes attributes) {
  if (rule.attribute.empty()) {
    return true;
  }
  const Value* value = find(attributes, rule.attribute);
  return value != nullptr && (rule.value.type() == ValueType::Empty || same(rule.value, *value));
}

bool matches(const Rule& rule, const TraceSummary& trace) {
  return rule.kind.value_or(trace.kind) == trace.kind &&
         (rule.name.empty() || rule.name == trace.name) &&
         has_prefix(trace.name, rule.name_prefix) && attribute_matches(rule, trace.attributes);
}

}  // namespace

SamplingResult RuleBased::sample(const TraceSummary& trace) const {
  for (const Rule& rule : rules_) {
    if (matches(rule, trace)) {
      return rule.sampler.ask(trace);
    }
  }
  return otherwise_.ask(trace);
}

}  // namespace afterglow
