#pragma once

// A collector's URL, as OTEL_EXPORTER_OTLP_ENDPOINT gives it, taken apart for the host.

#include <string_view>

namespace afterglow::config {

struct Endpoint {
  std::string_view origin;  ///< "https://collector:4318"; empty when the text is no usable URL.
  std::string_view path;    ///< "/otlp?tenant=a"; may be empty.
};

/// `http` or `https`, a host, visible ASCII, and neither credentials nor fragment. `is_base`: a
/// path will be appended, so there must be no query either, and the path comes without its last
/// slashes.
[[nodiscard]] Endpoint parse_endpoint(const std::string_view& url, bool is_base);

}  // namespace afterglow::config
