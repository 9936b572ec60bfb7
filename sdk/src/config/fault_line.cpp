#include "config/fault_line.h"

#include <afterglow/config.h>

#include <cstddef>

#include "base/diagnostics.h"
#include "base/line.h"
#include "config/words.h"

namespace afterglow::config {
namespace {

constexpr std::size_t kMaxShown = 64;

// In the order of the enumeration.
constexpr const char* kProblems[] = {
    "",
    "",
    "is no known value",
    "is not supported",
    "is not a number from 0 to 4294967295",
    "is not a number from 1 to 4294967295",
    "names no known exporter",
    "names more than one exporter",
    "needs ExportWay::Lines in the program",
    "names no known propagator: the program's are used",
    "names none beside others: none is used",
    "names an unknown propagator: the known ones are used",
    "needs OTEL_TRACES_SAMPLER_ARG: 1 is used",
    "is not a ratio from 0 to 1: 1 is used",
    "is not a ratio from 0 to 1: the program's is used",
    "is too long",
    "is not a usable http or https URL",
    "is not a percent-encoded list of name=value",
    "OTEL_TRACES_SAMPLER names no ratio sampler",
    "the host owns the URL",
    "the program names the destination",
    "the endpoint is not used",
    "nothing runs in the background",
    "the lent buffer is the queue",
    "the program chooses, by instruments and views",
};
static_assert(sizeof kProblems / sizeof kProblems[0] ==
              static_cast<std::size_t>(Fault::ProgramAggregates) + 1);

// At most `room` characters of `value`; what is left of that.
std::size_t add_printable(base::Line& line, const std::string_view& value, std::size_t room) {
  for (const char c : value) {
    if (room == 0) {
      line.add("...");
      break;
    }
    line.add(c == '"' ? '\'' : (c >= ' ' && c <= '~' ? c : '?'));
    --room;
  }
  return room;
}

// " (x-tenant, api-key)"
void add_names(base::Line& line, std::string_view list) {
  std::size_t room = kMaxShown;
  std::string_view member;
  const char* separator = " (";
  while (room != 0 && next_member(list, member)) {
    const std::size_t equals = member.find('=');
    if (equals != std::string_view::npos) {
      line.add(separator);
      separator = ", ";
      member = {member.data(), equals};
      trim(member);
      room = add_printable(line, member, room);
    }
  }
  line.add(*separator == ',' ? ")" : "");
}

}  // namespace

void tell_fault(const DiagnosticHandler& handler, const FaultLine& fault) {
  base::Line line;
  line.add("afterglow: ").add(fault.name);
  if (!fault.is_headers) {
    line.add("=\"");
    add_printable(line, fault.value, kMaxShown);
    line.add('"');
  } else if (fault.fault != Fault::NoList) {
    add_names(line, fault.value);
  }
  line.add(fault.fault >= Fault::NoRatioSampler ? " is ignored: " : " ");
  line.add(kProblems[static_cast<std::size_t>(fault.fault)]);
  if (fault.fault < Fault::NoKnownPropagator) {
    line.add(": ");
    if (fault.used.data() != nullptr) {
      line.add(fault.used.empty() ? "the program's" : fault.used);
    } else if (fault.number == SpanLimits::kUnlimited) {
      line.add("no limit");
    } else {
      line.add(std::int64_t{fault.number});
    }
    line.add(" is used");
  } else if (fault.fault >= Fault::NoRoom && fault.fault < Fault::NoRatioSampler) {
    line.add(": it is left out");
  }
  base::tell_line(handler, Diagnostic::ConfigurationInvalid, line.text());
}

}  // namespace afterglow::config
