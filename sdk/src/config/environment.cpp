#include "config/environment.h"

#include <afterglow/host.h>

#include <cstring>

namespace afterglow::config {
namespace {

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower != lower_case[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

void Environment::read(std::span<char> scratch, base::Diagnostics& diagnostics) {
  auto visit = [&](std::string_view key, std::string_view value) { take(key, value, diagnostics); };
  const host::ReadResult result = host::config_all(scratch, visit);
  const bool has_none =
      result.status == host::Status::Unsupported || result.status == host::Status::NotFound;
  if (result.status != host::Status::Ok && !has_none) {
    diagnostics.notice(Diagnostic::EnvironmentUnread, static_cast<std::int32_t>(result.status));
  }
}

void Environment::take(std::string_view key, std::string_view value,
                       base::Diagnostics& diagnostics) {
  if (value.empty()) {  // the specification: an empty value is an unset one
    return;
  }
  if (key == "OTEL_SDK_DISABLED") {
    sdk_disabled_ = equals_ignoring_case(value, "true");
    if (!sdk_disabled_ && !equals_ignoring_case(value, "false")) {
      diagnostics.notice(Diagnostic::ConfigurationInvalid);
    }
  } else if (key == "OTEL_SERVICE_NAME") {
    if (value.size() > kMaxServiceName) {
      diagnostics.notice(Diagnostic::ConfigurationInvalid);
      return;
    }
    std::memcpy(service_name_, value.data(), value.size());
    length_ = static_cast<std::uint8_t>(value.size());
  }
}

}  // namespace afterglow::config
