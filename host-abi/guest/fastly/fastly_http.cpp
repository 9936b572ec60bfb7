#include "fastly_http.h"

#include <cstddef>
#include <string_view>

#include "fastly_calls.h"
#include "fastly_header_list.h"
#include "fastly_settings.h"

namespace afterglow::fastly {
namespace {

using host::SendRequest;
using host::SendResult;
using host::Status;

constexpr std::size_t kMaxHost = 255;
constexpr std::size_t kMaxSecret = 2048;
using Url = Text<1024>;

/// A request and its body. Closed with this object, unless a send has consumed them.
struct Outgoing {
  Handle request = kFastlyInvalidHandle;
  Handle body = kFastlyInvalidHandle;
  bool sent = false;

  Outgoing() = default;
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;
  ~Outgoing() {
    if (!sent && request != kFastlyInvalidHandle)
      (void)afterglow_fastly_req_close(request);
    if (!sent && body != kFastlyInvalidHandle)
      (void)afterglow_fastly_body_close(body);
  }
};

/// The first call that failed decides; the rest of a chain is then left out.
class Steps {
 public:
  template <class Call>
  Steps& then(Call call) {
    if (raw_ == kFastlyOk)
      raw_ = call();
    return *this;
  }
  [[nodiscard]] std::int32_t raw() const { return raw_; }

 private:
  std::int32_t raw_ = kFastlyOk;
};

/// "http://host:port" of a named backend. An unknown one is `NotFound`.
Status append_backend_address(std::string_view backend, Url& url) {
  char host[kMaxHost];
  std::size_t length = 0;
  std::uint16_t port = 0;
  std::uint32_t is_tls = 0;
  const std::int32_t raw =
      Steps()
          .then([&] {
            return afterglow_fastly_backend_host(backend.data(), backend.size(), host, sizeof(host),
                                                 &length);
          })
          .then(
              [&] { return afterglow_fastly_backend_port(backend.data(), backend.size(), &port); })
          .then([&] {
            return afterglow_fastly_backend_is_ssl(backend.data(), backend.size(), &is_tls);
          })
          .raw();
  if (raw != kFastlyOk)
    return to_lookup_status(raw);
  if (length > sizeof(host))
    return Status::Internal;
  url.append(is_tls != 0 ? "https://" : "http://").append({host, length});
  url.append(":").append_number(port);
  return Status::Ok;
}

/// The URL to post to: from the settings, from a dynamic backend's name, or a backend's address.
Status append_url(const Route& route, std::string_view path, Url& url) {
  std::string_view base =
      route.way == Way::DynamicBackend ? route.name : settings().get("OTEL_EXPORTER_OTLP_ENDPOINT");
  while (!base.empty() && base.back() == '/')
    base.remove_suffix(1);
  if (!base.empty()) {
    url.append(base);
  } else if (const Status status = append_backend_address(route.name, url); status != Status::Ok) {
    return status;
  }
  url.append(path);
  return url.overflowed() ? Status::Limit : Status::Ok;
}

/// The backend of a URL, registered once a sandbox. Its name is its URL.
Status make_backend(std::string_view url) {
  std::uint32_t exists = 0;
  if (afterglow_fastly_backend_exists(url.data(), url.size(), &exists) == kFastlyOk && exists != 0)
    return Status::Ok;
  const Origin origin = origin_of(url);
  if (origin.host.empty() || origin.host.size() > kMaxHost)
    return Status::InvalidArgument;
  Text<kMaxHost + 8> target;
  target.append(origin.host_and_port);
  if (origin.host.size() == origin.host_and_port.size())
    target.append(origin.is_tls ? ":443" : ":80");
  const char* host = origin.host.data();
  const auto host_length = static_cast<std::uint32_t>(origin.host.size());
  const AfterglowFastlyBackendOptions options{.cert_hostname = host,
                                              .cert_hostname_len = host_length,
                                              .sni_hostname = host,
                                              .sni_hostname_len = host_length};
  const std::uint32_t mask =
      origin.is_tls ? kFastlyUseSsl | kFastlyCertHostname | kFastlySniHostname : 0;
  return to_status(afterglow_fastly_register_backend(url.data(), url.size(), target.view().data(),
                                                     target.view().size(), mask, &options));
}

std::int32_t set_header(Handle request, std::string_view name, std::string_view value) {
  return afterglow_fastly_req_header_insert(request, name.data(), name.size(), value.data(),
                                            value.size());
}

/// Headers that are a secret. The copy is wiped, whatever happens.
Status add_secret_headers(Handle request) {
  const std::string_view key = settings().get("AFTERGLOW_HEADERS_SECRET");
  if (key.empty())
    return Status::Ok;
  const std::string_view named = settings().get("AFTERGLOW_SECRET_STORE");
  char text[kMaxSecret];
  const host::ReadResult read = read_secret(named.empty() ? kStore : named, key, text);
  Status status = read.status == Status::BufferTooSmall ? Status::Limit : read.status;
  if (status == Status::Ok) {
    auto add = [&](std::string_view name, std::string_view value) {
      if (set_header(request, name, value) != kFastlyOk)
        status = Status::InvalidArgument;
    };
    visit_header_list({text, read.length}, add);
  }
  for (volatile char& c : text)
    c = 0;
  return status;
}

Status add_headers(Handle request, const SendRequest& from) {
  Status status = to_status(set_header(request, "content-type", from.content_type));
  auto add = [&](std::string_view name, std::string_view value) {
    if (set_header(request, name, value) != kFastlyOk)
      status = Status::InvalidArgument;
  };
  visit_header_text(from.headers, add);
  visit_header_list(settings().get("OTEL_EXPORTER_OTLP_HEADERS"), add);
  return status == Status::Ok ? add_secret_headers(request) : status;
}

/// A write may take less than it is given.
std::int32_t write_body(Handle body, std::string_view text) {
  while (!text.empty()) {
    std::size_t count = 0;
    const std::int32_t raw =
        afterglow_fastly_body_write(body, text.data(), text.size(), kFastlyWriteBack, &count);
    if (raw != kFastlyOk)
      return raw;
    if (count == 0 || count > text.size())
      return kFastlyError;
    text.remove_prefix(count);
  }
  return kFastlyOk;
}

std::int32_t fill(Outgoing& out, std::string_view url, std::string_view body) {
  constexpr std::string_view kMethod = "POST";
  return Steps()
      .then([&] { return afterglow_fastly_req_new(&out.request); })
      .then([&] { return afterglow_fastly_body_new(&out.body); })
      .then([&] {
        return afterglow_fastly_req_method_set(out.request, kMethod.data(), kMethod.size());
      })
      .then([&] { return afterglow_fastly_req_uri_set(out.request, url.data(), url.size()); })
      .then([&] { return write_body(out.body, body); })
      .raw();
}

}  // namespace

SendResult post(const Route& route, const SendRequest& request) {
  Url url;
  Status status = route.way == Way::DynamicBackend ? make_backend(route.name) : Status::Ok;
  if (status == Status::Ok)
    status = append_url(route, request.path, url);
  if (status != Status::Ok)
    return {.status = status};
  Outgoing out;
  std::int32_t raw = fill(out, url.view(), request.body);
  if (raw != kFastlyOk)
    return {.status = to_status(raw), .raw_code = raw};
  status = add_headers(out.request, request);
  if (status != Status::Ok)
    return {.status = status};
  Handle pending = kFastlyInvalidHandle;
  out.sent = true;  // also when it fails
  raw = afterglow_fastly_req_send_async(out.request, out.body, route.name.data(), route.name.size(),
                                        0, &pending);
  if (raw != kFastlyOk)
    return {.status = to_lookup_status(raw), .raw_code = raw};
  return {.status = Status::Queued, .ticket = pending};
}

}  // namespace afterglow::fastly
