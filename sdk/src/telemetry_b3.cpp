#include "telemetry_b3.h"

namespace afterglow {
namespace {

B3Reading read(const IncomingHeaders& headers, context::B3& out) {
  auto outcome = context::B3Outcome::Absent;
  bool is_first = true;  // the line that counts
  headers.for_each("b3", [&](std::string_view line) {
    outcome = is_first ? context::parse_b3_single(line, out) : outcome;
    is_first = false;
  });
  bool is_invalid = outcome == context::B3Outcome::Invalid;
  if (outcome != context::B3Outcome::Valid) {
    context::B3Multi several;
    headers.for_each("x-b3-traceid", [&](std::string_view line) { several.trace_id(line); });
    headers.for_each("x-b3-spanid", [&](std::string_view line) { several.span_id(line); });
    headers.for_each("x-b3-sampled", [&](std::string_view line) { several.sampled(line); });
    headers.for_each("x-b3-flags", [&](std::string_view line) { several.flags(line); });
    outcome = several.outcome(out);
    is_invalid = is_invalid || outcome == context::B3Outcome::Invalid;
  }
  return {outcome == context::B3Outcome::Valid, is_invalid};
}

void write_several(const SpanContext& context, bool debug, host::PairVisitor set) {
  char trace_id[32];
  char span_id[16];
  context.trace_id.to_hex(trace_id);
  context.span_id.to_hex(span_id);
  set("x-b3-traceid", {trace_id, sizeof trace_id});
  set("x-b3-spanid", {span_id, sizeof span_id});
  if (debug) {
    set("x-b3-flags", "1");
  } else {
    set("x-b3-sampled", context.is_sampled() ? "1" : "0");
  }
}

void write(const SpanContext& context, bool debug, bool several, host::PairVisitor set) {
  if (several) {
    write_several(context, debug, set);
    return;
  }
  char text[context::kB3SingleLength];
  context::write_b3_single(context, debug, text);
  set("b3", {text, sizeof text});
}

}  // namespace

const detail::B3Format detail::kB3Format{read, write};

}  // namespace afterglow
