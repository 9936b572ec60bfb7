#include "record/http_headers.h"

#include <afterglow/secret_name.h>

#include <cstring>

#include "record/attribute_list.h"
#include "record/redacted_text.h"
#include "record/trace_memory.h"

namespace afterglow::record {
namespace {

using redact::Decision;
using redact::Verdict;

constexpr std::size_t kMaxLines = 8;
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxPrefix = 32;

/// One line into the pages, where it stays whatever becomes of the others. False: nothing is there.
bool keep_line(Recorder& recorder, LocalTrace& trace, const Decision& decision,
               std::string_view line, StoredText& text) {
  const std::uint32_t limit = recorder.limits.attribute_value_length;
  Append append(recorder.pages, trace, recorder.max_trace_pages);
  const RedactedText copied = copy_redacted(recorder, append, decision, line, {limit, limit});
  if (append.failed() || copied.verdict == Verdict::Drop) {
    return false;
  }
  append.commit();
  text = copied.text;
  return true;
}

void set_header(Recorder& recorder, SpanRecord& span, std::string_view key, std::string_view name,
                const IncomingHeaders& headers) {
  const Decision decision = recorder.redactor.decide(redact::Place::Attribute, key);
  LocalTrace& trace = *recorder.trace(span.trace);
  StoredText texts[kMaxLines];
  std::size_t count = 0;
  headers.for_each(name, [&](std::string_view line) {
    if (count < kMaxLines && keep_line(recorder, trace, decision, line, texts[count])) {
      ++count;
    }
  });
  if (count != 0) {
    set_texts(recorder, trace, span.attributes, DynamicKey(key), {texts, count});
  }
}

}  // namespace

void set_headers(Recorder& recorder, SpanRecord& span, std::string_view prefix,
                 const IncomingHeaders& headers) {
  char key[kMaxPrefix + kMaxName];
  std::memcpy(key, prefix.data(), prefix.size());
  for (const std::string_view listed : recorder.redactor.headers()) {
    if (listed.empty() || listed.size() > kMaxName) {
      continue;
    }
    char* const name = key + prefix.size();
    for (std::size_t i = 0; i < listed.size(); ++i) {
      const char c = detail::lower(listed[i]);
      name[i] = c == '_' ? '-' : c;
    }
    set_header(recorder, span, {key, prefix.size() + listed.size()}, {name, listed.size()},
               headers);
  }
}

}  // namespace afterglow::record
