// What waits to leave, through a second policy of redaction: residency's `AnonymiseFirst`. Linked
// only where a program names one.

#include <afterglow/residency.h>

#include "record/attribute_list.h"
#include "record/log_records.h"
#include "record/recorder.h"
#include "record/selection.h"

namespace afterglow {
namespace {

using record::AttributeRecord;
using record::List;
using record::LocalTrace;
using record::LogRecord;
using record::Offset;
using record::Recorder;
using record::SpanRecord;
using record::StoredText;
using record::StoredValue;
using redact::Decision;
using redact::Verdict;

// The values of one local trace. A record waits for one flush only, so each value comes once: a
// hash is not hashed again.
class Anonymising {
 public:
  Anonymising(Recorder& recorder, redact::Redactor& redactor, LocalTrace& trace)
      : recorder_(recorder), redactor_(redactor), trace_(trace) {}

  void span(SpanRecord& span) {
    StoredValue message = text_value(span.status_message);
    const bool kept = change(message, redactor_.decide(redact::Place::Message, {}));
    span.status_message = kept ? StoredText{message.data, message.count} : StoredText{};
    attributes(span.attributes);
    each<record::EventRecord>(span.events, [this](auto& event) { attributes(event.attributes); });
    each<record::LinkRecord>(span.links, [this](auto& link) { attributes(link.attributes); });
  }

  void log(LogRecord& log) {
    if (!change(log.body, redactor_.decide(redact::Place::Message, {}))) {
      log.body = {};
    }
    attributes(log.attributes);
  }

 private:
  template <class Item, class Visit>
  void each(const List& list, Visit visit) {
    for (Offset offset = list.first; offset != 0;) {
      auto& item = *recorder_.at<Item>(offset);
      offset = item.next;
      visit(item);
    }
  }

  static StoredValue text_value(StoredText text) {
    StoredValue value;
    value.type = ValueType::String;
    value.count = text.length;
    value.data = text.offset;
    return value;
  }

  void attributes(List& list) {
    Offset kept = 0;
    for (Offset offset = list.first; offset != 0;) {
      auto& attribute = *recorder_.at<AttributeRecord>(offset);
      const Offset next = attribute.next;
      StoredValue value;
      value.type = attribute.type;
      value.count = attribute.count;
      value.number = attribute.number;  // the widest member carries the others' bits
      const std::string_view key = record::key_text(recorder_.pages, attribute);
      if (change(value, redactor_.decide(redact::Place::Attribute, key))) {
        attribute.type = value.type;
        attribute.count = value.count;
        attribute.number = value.number;
        kept = offset;
      } else {
        (kept == 0 ? list.first : recorder_.at<AttributeRecord>(kept)->next) = next;
        --list.count;
      }
      offset = next;
    }
    list.last = kept;
  }

  // False: the value is to be left out.
  bool change(StoredValue& value, const Decision& decision) {
    const Verdict whole = redactor_.judge_whole(decision, value.type);
    if (whole == Verdict::Drop) {
      return false;
    }
    if (whole == Verdict::Replace) {
      put(value, redact::kMask.size(),
          [](std::span<char> out) { redact::Sink(out).add(redact::kMask); });
      return true;
    }
    switch (value.type) {
      case ValueType::String:
      case ValueType::Bytes:
        return change_text(value, decision);
      case ValueType::Array:
        change_elements(value, decision);
        return true;
      case ValueType::Map:
        change_entries(value, decision);
        return true;
      default:
        return true;
    }
  }

  bool change_text(StoredValue& value, const Decision& decision) {
    const std::string_view text = text_of(value);
    const redact::Judgement judged = redactor_.judge(decision, text);
    if (judged.verdict == Verdict::Replace) {
      put(value, judged.length, [&](std::span<char> out) { redactor_.write(decision, text, out); });
    }
    return judged.verdict != Verdict::Drop;
  }

  void change_elements(StoredValue& array, const Decision& decision) {
    for (std::uint32_t i = 0; i < array.count; ++i) {
      StoredValue& element = recorder_.at<StoredValue>(array.data)[i];
      if (!change(element, decision)) {
        element = {};
      }
    }
  }

  void change_entries(StoredValue& map, const Decision& decision) {
    auto* const entries = recorder_.at<StoredValue>(map.data);
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < map.count; ++i) {
      const StoredValue key = entries[2 * i];
      StoredValue value = entries[2 * i + 1];
      if (change(value, redactor_.within(decision, text_of(key)))) {
        entries[2 * kept] = key;
        entries[2 * kept + 1] = value;
        ++kept;
      }
    }
    map.count = kept;
  }

  [[nodiscard]] std::string_view text_of(const StoredValue& value) const {
    return value.count == 0 ? std::string_view()
                            : std::string_view(recorder_.at<char>(value.data), value.count);
  }

  // A string of `length` bytes that `write` writes; empty without memory.
  template <class Write>
  void put(StoredValue& value, std::size_t length, Write write) {
    record::Append append(recorder_.pages, trace_, UINT32_MAX);
    const Offset offset = length == 0 ? 0 : append.allocate(length, 1);
    value = {};
    if (offset != 0) {
      write(std::span<char>(append.at<char>(offset), length));
      append.commit();
      value = text_value({offset, static_cast<std::uint32_t>(length)});
    }
  }

  Recorder& recorder_;
  redact::Redactor& redactor_;
  LocalTrace& trace_;
};

// Calls `visit(values, item)` for each item that may leave with this flush.
template <class Kind, class Visit>
void each_waiting(Recorder& recorder, redact::Redactor& redactor, Visit visit) {
  for (auto page = recorder.first_trace; page != record::kNoPage;) {
    LocalTrace& trace = *recorder.trace(page);
    page = trace.next;
    const bool selected = Kind::may_leave(trace) && Kind::waiting(trace) != 0;
    Anonymising values(recorder, redactor, trace);
    for (Offset offset = selected ? Kind::first(trace) : 0; offset != 0;) {
      auto& item = *recorder.at<typename Kind::Item>(offset);
      offset = item.next;
      if (item.state == record::SpanState::Ended) {
        visit(values, item);
      }
    }
  }
}

}  // namespace

bool detail::anonymise(const Anonymiser& self, record::Recorder& recorder, Signal signal) {
  if (signal == Signal::Metrics) {
    return false;
  }
  const auto& policy = *static_cast<const RedactionPolicy*>(self.policy);
  redact::Redactor redactor(policy);
  Redaction(policy).read_key(redactor);
  if (signal == Signal::Logs) {
    each_waiting<record::WaitingLogs>(recorder, redactor,
                                      [](Anonymising& values, LogRecord& log) { values.log(log); });
  } else {
    each_waiting<record::WaitingSpans>(
        recorder, redactor, [](Anonymising& values, SpanRecord& span) { values.span(span); });
  }
  recorder.redactor.add_counts(redactor.counts());
  return true;
}

}  // namespace afterglow
