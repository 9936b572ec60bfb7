#include "fastly_routes.h"

#include <cstddef>

#include "fastly_settings.h"
#include "wasi_calls.h"

namespace afterglow::fastly {
namespace {

constexpr std::string_view kLog = "log:";
constexpr std::string_view kTls = "https://";
constexpr std::string_view kPlain = "http://";

// Not the members of string_view: their bounds checks link the C library's printf.
bool begins_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && wasi::head(text, prefix.size()) == prefix;
}

std::string_view signal_setting(Signal signal) {
  switch (signal) {
    case Signal::Traces:
      return "AFTERGLOW_TRACES_DESTINATION";
    case Signal::Metrics:
      return "AFTERGLOW_METRICS_DESTINATION";
    case Signal::Logs:
      return "AFTERGLOW_LOGS_DESTINATION";
  }
  return {};
}

std::string_view configured(Signal signal) {
  if (const std::string_view own = settings().get(signal_setting(signal)); !own.empty())
    return own;
  if (const std::string_view all = settings().get("AFTERGLOW_DESTINATION"); !all.empty())
    return all;
  return kDefaultBackend;
}

}  // namespace

Route route_of(std::string_view destination, Signal signal) {
  std::string_view name = destination.empty() ? configured(signal) : destination;
  if (begins_with(name, kLog)) {
    name.remove_prefix(kLog.size());
    return {Way::LogEndpoint, name};
  }
  const bool is_url = begins_with(name, kTls) || begins_with(name, kPlain);
  return {is_url ? Way::DynamicBackend : Way::Backend, name};
}

Origin origin_of(std::string_view url) {
  Origin origin;
  origin.is_tls = begins_with(url, kTls);
  url.remove_prefix(origin.is_tls ? kTls.size() : kPlain.size());
  const std::size_t slash = url.find('/');
  if (slash < url.size())
    url.remove_suffix(url.size() - slash);
  origin.host_and_port = url;
  // The colon after the brackets of an IPv6 address, or the only one.
  const std::size_t bracket = url.find(']');
  const std::size_t colon = url.find(':', bracket < url.size() ? bracket : 0);
  origin.host = wasi::head(url, colon < url.size() ? colon : url.size());
  return origin;
}

}  // namespace afterglow::fastly
