#pragma once

// What the conventions say of any HTTP request, for spans and for metrics.

#include <afterglow/http.h>

#include <cstdint>
#include <string_view>

#include "record/http_url.h"

namespace afterglow::record {

/// The value of `error.type` and `http.request.method` for what has no name of its own.
inline constexpr std::string_view kOther = "_OTHER";

/// What `http.request.method` says of a method: a constant. RFC 9110's methods and PATCH are what
/// they are, case counts; all others are `kOther`.
std::string_view method_name(std::string_view method);

/// Memory for the digits of a status code.
struct StatusDigits {
  char text[10];
};

/// What `error.type` says of a response; empty where it is no error. May refer to `digits`.
std::string_view error_type_of(const HttpResponse& response, bool is_server, StatusDigits& digits);

/// The server that a request goes to: its address, empty where it is not told, and its port, 0
/// without an address or where it cannot be known.
struct ServerEndpoint {
  std::string_view address;
  std::uint16_t port;
};
ServerEndpoint server_of(const HttpRequest& request, const UrlParts& parts);

}  // namespace afterglow::record
