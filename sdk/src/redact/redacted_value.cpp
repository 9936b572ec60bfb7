// A value as the policy records it, where there are no pages: copied, as far as it changes, into
// memory that the caller lends.

#include <cstdint>
#include <new>

#include "redact/redactor.h"

namespace afterglow {
namespace redact {
namespace {

class RedactedValue {
 public:
  RedactedValue(Redactor& redactor, std::span<std::byte> memory)
      : redactor_(redactor), memory_(memory) {}

  // False when the value is left out.
  bool copy(Value& out, const Decision& decision, const Value& value, unsigned depth) {
    out = {};
    switch (redactor_.judge_whole(decision, value.type())) {
      case Verdict::Drop:
        return false;
      case Verdict::Replace:
        out = kMask;
        return true;
      case Verdict::Keep:
        break;
    }
    switch (value.type()) {
      case ValueType::String:
      case ValueType::Bytes:
        return copy_text(out, decision, value,
                         {static_cast<const char*>(value.data()), value.count()});
      case ValueType::Array:
        copy_array(out, decision, value, depth);
        return true;
      case ValueType::Map:
        copy_map(out, decision, value, depth);
        return true;
      default:
        out = value;
        return true;
    }
  }

 private:
  // Uninitialised memory; empty when there is not enough of it.
  template <class T>
  std::span<T> take(std::size_t count) {
    const std::size_t skipped = (0 - reinterpret_cast<std::uintptr_t>(memory_.data())) % alignof(T);
    if (count > memory_.size() / sizeof(T) || skipped > memory_.size() - count * sizeof(T)) {
      return {};
    }
    auto* const taken = reinterpret_cast<T*>(memory_.data() + skipped);
    memory_ = memory_.subspan(skipped + count * sizeof(T));
    return {taken, count};
  }

  bool copy_text(Value& out, const Decision& decision, const Value& kept, std::string_view text) {
    const Judgement judged = redactor_.judge(decision, text);
    if (judged.verdict == Verdict::Keep) {
      out = kept;
    } else if (judged.verdict == Verdict::Replace) {
      const std::span<char> room = take<char>(judged.length);
      redactor_.write(decision, text, room);
      out = room.size() == judged.length ? std::string_view(room.data(), room.size()) : kMask;
    }
    return judged.verdict != Verdict::Drop;
  }

  // An element that is left out is empty: the others keep their places.
  void copy_array(Value& out, const Decision& decision, const Value& array, unsigned depth) {
    const ValueType type = array.element_type();
    if (type != ValueType::String && type != ValueType::Empty) {
      out = array;
      return;
    }
    const std::span<Value> elements = take<Value>(array.count());
    if (depth == 0 || elements.size() != array.count()) {
      out = depth == 0 ? Value() : Value(kMask);
      return;
    }
    for (std::uint32_t i = 0; i < array.count(); ++i) {
      Value* const element = new (&elements[i]) Value();
      if (type == ValueType::String) {
        const std::string_view text = static_cast<const std::string_view*>(array.data())[i];
        copy_text(*element, decision, text, text);
      } else {
        copy(*element, decision, static_cast<const Value*>(array.data())[i], depth - 1);
      }
    }
    out = std::span<const Value>(elements);
  }

  void copy_map(Value& out, const Decision& decision, const Value& map, unsigned depth) {
    const std::span<Attribute> entries = take<Attribute>(map.count());
    if (depth == 0 || entries.size() != map.count()) {
      out = depth == 0 ? Value() : Value(kMask);
      return;
    }
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < map.count(); ++i) {
      const Attribute& entry = static_cast<const Attribute*>(map.data())[i];
      Value value;
      if (copy(value, redactor_.within(decision, entry.key.text(), secret_name(entry.key)),
               entry.value, depth - 1)) {
        new (&entries[count++]) Attribute(entry.key, value);
      }
    }
    out = std::span<const Attribute>(entries.data(), count);
  }

  Redactor& redactor_;
  std::span<std::byte> memory_;
};

}  // namespace
}  // namespace redact

bool detail::redact_value(redact::Redactor& redactor, const Key& key, const Value& value,
                          std::span<std::byte> memory, Value& out) {
  const redact::Decision decision = redactor.decide_for(redact::Place::Attribute, key);
  return redact::RedactedValue(redactor, memory).copy(out, decision, value, Value::kMaxDepth);
}

}  // namespace afterglow
