// Value patterns at work: on the matching parts of messages, and on whole attribute values.

#include "redact/pass.h"
#include "redact/patterns.h"
#include "redact/sink.h"

namespace afterglow {
namespace redact {
namespace {

/// One rule on its way through a text.
struct Stream {
  const ValueRule* rule = nullptr;
  Finder finder{{}, {}};
  Found found;
};

/// A part of the text, and what becomes of it.
struct Part {
  Found where;
  Treatment treatment;
};

/// All rules on their way through one text. Matches that overlap become one part, so that no rest
/// of a secret stays beside the pattern that was found first.
class Streams {
 public:
  Streams(std::span<const ValueRule> rules, std::string_view text) {
    unsigned possible = possible_patterns(text);
    for (const ValueRule& rule : rules) {
      if (may_have(possible, rule.pattern)) {
        possible &= ~(1U << static_cast<unsigned>(rule.pattern));  // the first rule counts
        Stream& stream = streams_[count_++];
        stream.rule = &rule;
        stream.finder = Finder(rule.pattern, text);
        stream.found = stream.finder.next();
      }
    }
  }

  /// The next part, empty at the end. Of several rules, the one that matched all of it decides;
  /// where none did, it is masked.
  Part next() {
    Part part;
    for (std::size_t i = 0; i < count_; ++i) {
      const Stream& stream = streams_[i];
      if (!stream.found.empty() &&
          (part.where.empty() || stream.found.begin < part.where.begin ||
           (stream.found.begin == part.where.begin && stream.found.end > part.where.end))) {
        part = {stream.found, treatment_of(*stream.rule)};
      }
    }
    while (grow(part)) {
    }
    return part;
  }

 private:
  /// Take in what overlaps, and move those streams on; whether the part became longer.
  bool grow(Part& part) {
    bool grew = false;
    for (std::size_t i = 0; i < count_; ++i) {
      Stream& stream = streams_[i];
      while (!stream.found.empty() && stream.found.begin < part.where.end) {
        if (stream.found.end > part.where.end) {
          part.where.end = stream.found.end;
          part.treatment.action = RedactAction::Mask;
          part.treatment.transform = nullptr;
          grew = true;
        }
        stream.found = stream.finder.next();
      }
    }
    return grew;
  }

  Stream streams_[kValuePatternCount];
  std::size_t count_ = 0;
};

}  // namespace
}  // namespace redact

bool detail::scrub_text(const redact::Pass& pass, std::string_view text, redact::Sink& out) {
  redact::Streams streams(pass.policy.messages, text);
  bool changed = false;
  std::size_t done = 0;
  while (!out.full()) {
    const redact::Part part = streams.next();
    if (part.where.empty()) {
      break;
    }
    out.add({text.data() + done, part.where.begin - done});
    const std::string_view match{text.data() + part.where.begin, part.where.end - part.where.begin};
    if (treat(pass, part.treatment, match, out) == redact::Verdict::Keep) {
      out.add(match);
    } else {
      changed = true;
    }
    done = part.where.end;
  }
  out.add({text.data() + done, text.size() - done});
  return changed;
}

redact::Verdict detail::judge_value(const redact::Pass& pass, std::string_view text,
                                    redact::Sink& out) {
  const unsigned possible = redact::possible_patterns(text);
  for (const ValueRule& rule : pass.policy.values) {
    if (redact::may_have(possible, rule.pattern) &&
        !redact::Finder(rule.pattern, text).next().empty()) {
      return treat(pass, redact::treatment_of(rule), text, out);
    }
  }
  return redact::Verdict::Keep;
}

}  // namespace afterglow
