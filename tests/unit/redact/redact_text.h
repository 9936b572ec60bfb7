#pragma once

// A value on its way through a policy, as the recorder takes it: judged, then written into memory
// of exactly the judged length.

#include <afterglow/redaction.h>
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "redact/redactor.h"

namespace redact_test {

using namespace afterglow;
using namespace afterglow::redact;

inline const std::string kDropped = "(dropped)";

/// What is recorded of `text` under `decision`.
inline std::string recorded(Redactor& redactor, const Decision& decision, std::string_view text,
                            std::uint32_t limit = Sink::kUnlimited) {
  const Judgement judged = redactor.judge(decision, text, limit);
  if (judged.verdict == Verdict::Keep) {
    return std::string(text);
  }
  if (judged.verdict == Verdict::Drop) {
    return kDropped;
  }
  const std::uint64_t counted = redactor.counts().total();
  std::string out(judged.length + 2, '#');  // a byte too much on either side would show
  redactor.write(decision, text, {out.data() + 1, judged.length});
  CHECK(out.front() == '#');
  CHECK(out.back() == '#');
  CHECK(redactor.counts().total() == counted);
  return out.substr(1, judged.length);
}

inline std::string attribute(Redactor& redactor, std::string_view key, std::string_view text) {
  return recorded(redactor, redactor.decide(Place::Attribute, key), text);
}
inline std::string attribute(const RedactionPolicy& policy, std::string_view key,
                             std::string_view text) {
  Redactor redactor(policy);
  return attribute(redactor, key, text);
}

inline std::string message(std::string_view text,
                           const RedactionPolicy& policy = kDefaultRedaction) {
  Redactor redactor(policy);
  return recorded(redactor, redactor.decide(Place::Message, {}), text);
}

inline std::string url(std::string_view text, const RedactionPolicy& policy = kDefaultRedaction) {
  return attribute(policy, "url.full", text);
}

}  // namespace redact_test
