#include <afterglow/log.h>

namespace afterglow {

std::string_view severity_name(Severity severity) {
  static constexpr std::string_view kNames[] = {
      "",       "TRACE",  "TRACE2", "TRACE3", "TRACE4", "DEBUG",  "DEBUG2", "DEBUG3", "DEBUG4",
      "INFO",   "INFO2",  "INFO3",  "INFO4",  "WARN",   "WARN2",  "WARN3",  "WARN4",  "ERROR",
      "ERROR2", "ERROR3", "ERROR4", "FATAL",  "FATAL2", "FATAL3", "FATAL4"};
  const auto index = static_cast<std::size_t>(severity);
  return index < std::size(kNames) ? kNames[index] : std::string_view();
}

}  // namespace afterglow
