#include "record/http_rules.h"

namespace afterglow::record {
namespace {

// The methods of RFC 9110 and RFC 5789.
constexpr std::string_view kMethods[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                         "CONNECT", "OPTIONS", "TRACE", "PATCH"};
constexpr std::uint32_t kServerError = 500;
constexpr std::uint32_t kClientError = 400;

std::string_view first_of(std::string_view first, std::string_view second) {
  return first.empty() ? second : first;
}

std::string_view digits_of(std::uint32_t number, StatusDigits& out) {
  char* const end = out.text + sizeof out.text;
  char* at = end;
  do {
    *--at = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  return {at, static_cast<std::size_t>(end - at)};
}

}  // namespace

std::string_view method_name(std::string_view method) {
  for (const std::string_view known : kMethods) {
    if (method == known) {
      return known;
    }
  }
  return kOther;
}

std::string_view error_type_of(const HttpResponse& response, bool is_server, StatusDigits& digits) {
  if (!response.error_type.empty()) {
    return response.error_type;
  }
  return response.status >= (is_server ? kServerError : kClientError)
             ? digits_of(response.status, digits)
             : std::string_view{};
}

ServerEndpoint server_of(const HttpRequest& request, const UrlParts& parts) {
  const std::string_view address = first_of(request.server_address, parts.host);
  if (address.empty()) {
    return {};
  }
  const std::uint16_t port = request.server_port != 0 ? request.server_port : parts.port;
  return {address, port != 0 ? port : port_of_scheme(first_of(request.scheme, parts.scheme))};
}

}  // namespace afterglow::record
