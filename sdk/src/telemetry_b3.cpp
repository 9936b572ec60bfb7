#include "telemetry_b3.h"

namespace afterglow {
namespace {

using context::B3Outcome;

constexpr std::string_view kSingle = "b3";
constexpr std::string_view kHeaders[] = {"x-b3-traceid", "x-b3-spanid", "x-b3-sampled",
                                         "x-b3-flags"};  // as `B3Header` counts them

bool read(const IncomingHeaders& headers, context::B3& out, bool& has_invalid) {
  auto outcome = B3Outcome::Absent;
  bool is_first = true;  // the line that counts
  headers.for_each(kSingle, [&](std::string_view line) {
    outcome = is_first ? context::parse_b3_single(line, out) : outcome;
    is_first = false;
  });
  if (outcome != B3Outcome::Valid) {
    has_invalid = outcome == B3Outcome::Invalid;
    context::B3Multi several;
    unsigned header = 0;
    for (const std::string_view& name : kHeaders) {
      headers.for_each(name, [&](std::string_view line) {
        several.add(static_cast<context::B3Header>(header), line);
      });
      ++header;
    }
    outcome = several.outcome(out);
    has_invalid = has_invalid || outcome == B3Outcome::Invalid;
  }
  return outcome == B3Outcome::Valid;
}

void write(const SpanContext& context, bool debug, bool several, const host::PairVisitor& set) {
  char text[context::kB3SingleLength];
  context::write_b3_single(context, debug, text);
  if (!several) {
    set(kSingle, {text, sizeof text});
    return;
  }
  set(kHeaders[0], {text, context::kB3SpanIdAt - 1});
  set(kHeaders[1],
      {text + context::kB3SpanIdAt, context::kB3DecisionAt - context::kB3SpanIdAt - 1});
  if (debug) {
    set(kHeaders[3], "1");
  } else {
    set(kHeaders[2], {text + context::kB3DecisionAt, 1});
  }
}

}  // namespace

const detail::B3Format detail::kB3Format{read, write};

}  // namespace afterglow
