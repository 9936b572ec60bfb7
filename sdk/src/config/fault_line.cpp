#include "config/fault_line.h"

#include <afterglow/config.h>

#include <cstddef>

#include "base/diagnostics.h"
#include "base/line.h"
#include "base/utf8.h"
#include "config/words.h"

namespace afterglow::config {
namespace {

constexpr std::size_t kMaxShown = 64;

// At most `room` characters of `value`; what is left of that.
std::size_t add_printable(base::Line& line, std::string_view value, std::size_t room) {
  while (!value.empty()) {
    if (room == 0) {
      line.add("...");
      break;
    }
    const char c = value.front();
    const char shown = c == '"' ? '\'' : (c >= ' ' && c <= '~' ? c : '?');
    line.add(std::string_view(&shown, 1));
    value.remove_prefix(text::next_code_point(value.data(), value.data() + value.size()).length);
    --room;
  }
  return room;
}

// " (x-tenant, api-key)"
void add_names(base::Line& line, std::string_view list) {
  std::size_t room = kMaxShown;
  std::string_view member;
  std::string_view separator = " (";
  while (room != 0 && next_member(list, member)) {
    const std::size_t equals = member.find('=');
    if (equals != std::string_view::npos) {
      line.add(separator);
      separator = ", ";
      room = add_printable(line, trimmed({member.data(), equals}), room);
    }
  }
  line.add(separator == ", " ? ")" : "");
}

}  // namespace

void tell_fault(const DiagnosticHandler& handler, std::string_view name, std::string_view value,
                Shown shown, const Verdict& verdict) {
  base::Line line;
  line.add("afterglow: ").add(name);
  if (shown == Shown::Value) {
    line.add("=\"");
    add_printable(line, value, kMaxShown);
    line.add("\"");
  } else if (shown == Shown::Names) {
    add_names(line, value);
  }
  line.add(" ").add(verdict.problem).add(": ");
  if (!verdict.instead.empty()) {
    line.add(verdict.instead);
  } else if (verdict.number == SpanLimits::kUnlimited) {
    line.add("no limit is used");
  } else {
    line.add(std::int64_t{verdict.number}).add(" is used");
  }
  base::tell_line(handler, Diagnostic::ConfigurationInvalid, line.text());
}

}  // namespace afterglow::config
