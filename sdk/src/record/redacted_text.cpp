#include "record/redacted_text.h"

#include "base/utf8.h"

namespace afterglow::record {

using redact::Verdict;

std::string_view limited(std::string_view text, std::uint32_t max_length) {
  if (text.size() > max_length) {
    text.remove_suffix(text.size() - text::truncate(text, max_length));
  }
  return text;
}

RedactedText copy_redacted(Recorder& recorder, Append& append, const redact::Decision& decision,
                           std::string_view text, const TextLimits& limits) {
  if (decision.keeps()) {
    return {Verdict::Keep, append.copy(limited(text, limits.kept))};
  }
  const std::span<char> room = append.room();
  const redact::Judgement judged = recorder.redactor.judge(decision, text, limits.replaced, room);
  RedactedText copied{judged.verdict, {}};
  if (judged.verdict == Verdict::Keep) {
    copied.text = append.copy(limited(text, limits.kept));
  } else if (judged.verdict == Verdict::Replace && judged.length != 0) {
    copied.text.offset = append.allocate(judged.length, 1);
    if (copied.text.offset == 0) {
      return copied;
    }
    copied.text.length = static_cast<std::uint32_t>(judged.length);
    if (judged.length > room.size()) {
      recorder.redactor.write(decision, text, {append.at<char>(copied.text.offset), judged.length});
    }
  }
  return copied;
}

StoredText copy_message(Recorder& recorder, Append& append, std::string_view message) {
  const redact::Decision decision = recorder.redactor.decide(redact::Place::Message, {});
  return copy_redacted(recorder, append, decision, message,
                       {SpanLimits::kUnlimited, SpanLimits::kUnlimited})
      .text;
}

}  // namespace afterglow::record
