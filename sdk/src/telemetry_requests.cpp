// Where the rooms meet when a request is measured: the span lends its clock reads, whatever became
// of its record.

#include <afterglow/host.h>
#include <afterglow/request_metrics.h>
#include <afterglow/semconv.h>

#include <span>

#include "record/http_rules.h"
#include "record/http_url.h"
#include "record/records.h"
#include "telemetry_metrics.h"

namespace afterglow {

namespace sc = semconv;
using record::kOther;

namespace {

constexpr Histogram kServerDuration{
    "http.server.request.duration",
    "s",
    {.description = "Duration of HTTP server requests.", .bounds = kDurationBounds}};
constexpr Histogram kClientDuration{
    "http.client.request.duration",
    "s",
    {.description = "Duration of HTTP client requests.", .bounds = kDurationBounds}};
constexpr UpDownCounter kActive{"http.server.active_requests", "{request}",
                                "Number of active HTTP server requests."};
constexpr Counter kColdStarts{"faas.coldstarts", "{coldstart}",
                              "Number of invocation cold starts."};

// A constant, so that no view of the program's outlives the call.
std::string_view scheme_name(std::string_view scheme) {
  constexpr std::uint16_t kHttpsPort = 443;
  const std::uint16_t port = record::port_of_scheme(scheme);
  return port == 0 ? std::string_view{} : port == kHttpsPort ? "https" : "http";
}

}  // namespace

/// The attributes of a measurement; each instrument here has six at most.
class detail::RequestLabels {
 public:
  // What is empty or 0 is not known.
  void add(const Key& key, std::string_view text);
  void add(const Key& key, std::uint32_t number);
  [[nodiscard]] Attributes view() const { return std::span<const Attribute>(list_, count_); }

 private:
  static constexpr Attribute kNone{DynamicKey({}), {}};
  Attribute list_[6] = {kNone, kNone, kNone, kNone, kNone, kNone};
  std::size_t count_ = 0;
};

void detail::RequestLabels::add(const Key& key, std::string_view text) {
  if (!text.empty()) {
    list_[count_++] = {key, text};
  }
}

void detail::RequestLabels::add(const Key& key, std::uint32_t number) {
  if (number != 0) {
    list_[count_++] = {key, number};
  }
}

struct detail::RequestInstruments {
  const Histogram<>& duration;
  bool is_server;
};

namespace {

constexpr detail::RequestInstruments kServer{kServerDuration, true};
constexpr detail::RequestInstruments kClient{kClientDuration, false};

}  // namespace

/// What measuring a request needs of its span and of the table.
struct Telemetry::RequestMeter {
  /// Who measures for this span. Null for an inert one, and where nothing is recorded at all.
  static Telemetry* telemetry_of(const Span& span) {
    const record::Recorder* recorder = span.recorder_;
    return recorder == nullptr || recorder->disabled
               ? nullptr
               : static_cast<Telemetry*>(recorder->root_ended.object);
  }

  /// When it started, on the monotonic clock; one that is not recorded starts now.
  static std::uint64_t start_of(const Span& span) {
    const record::SpanRecord* record = span.recording();
    return record == nullptr ? host::monotonic_clock() : record->start_unix_nano - offset_of(span);
  }

  /// That time of the monotonic clock for a span that is recorded; else 0.
  static std::uint64_t unix_nano(const Span& span, std::uint64_t monotonic_nano) {
    return span.recording() == nullptr ? 0 : monotonic_nano + offset_of(span);
  }

  /// As `Span::record`, but an exemplar's time is known. A span without a record may read a clock.
  static void record(Telemetry& telemetry, const Histogram<>& histogram, double value,
                     Attributes attributes, const Span& span, std::uint64_t now_unix_nano) {
    Metrics* known = telemetry.metrics();
    if (known == nullptr) {
      return;
    }
    ExemplarOf exemplar(telemetry.instance_->settings.exemplars, span);
    if (now_unix_nano != 0) {
      exemplar.source.now_unix_nano = [](const void* now) {
        return *static_cast<const std::uint64_t*>(now);
      };
      exemplar.source.context = &now_unix_nano;
    }
    measure::record(known->table, histogram, measure::Number{.real = value}, attributes,
                    exemplar.get());
  }

  static void count_cold_start(Telemetry& telemetry) {
    Metrics* known = telemetry.usable_metrics();
    if (known != nullptr && !known->is_warm) {
      known->is_warm = true;
      telemetry.add(kColdStarts, 1, {{"faas.trigger", "http"}});
    }
  }

 private:
  // The trace of a span that is recorded.
  static std::uint64_t offset_of(const Span& span) {
    return static_cast<std::uint64_t>(span.local_trace()->wall_offset);
  }
};

// --- start --------------------------------------------------------------------------------------

MeasuredRequest::MeasuredRequest(Span& span, const HttpRequest& request,
                                 const detail::RequestInstruments& instruments)
    : span_(static_cast<Span&&>(span)),
      telemetry_(Telemetry::RequestMeter::telemetry_of(span_)),
      instruments_(&instruments) {
  span_.set_http_request(request);
  if (telemetry_ == nullptr) {
    return;
  }
  const record::UrlParts parts = record::split_url(request.url);
  start_nano_ = Telemetry::RequestMeter::start_of(span_);
  method_ = record::method_name(request.method);
  scheme_ = scheme_name(request.scheme.empty() ? parts.scheme : request.scheme);
  protocol_version_.assign(request.protocol_version);
  if (instruments.is_server) {
    route_or_address_.assign(request.route);
    return;
  }
  const record::ServerEndpoint server = record::server_of(request, parts);
  route_or_address_.assign(server.address);
  port_ = server.port;
}

MeasuredRequest MeasuredRequest::server(Span span, const HttpRequest& request) {
  MeasuredRequest measured(span, request, kServer);
  if (measured.telemetry_ != nullptr) {
    detail::RequestLabels labels;
    labels.add(sc::http::kRequestMethod, measured.method_);
    labels.add(sc::url::kScheme, measured.scheme_);
    measured.active_ = measured.telemetry_->bind(kActive, labels.view());
    measured.active_.add(1);
    Telemetry::RequestMeter::count_cold_start(*measured.telemetry_);
  }
  return measured;
}

MeasuredRequest MeasuredRequest::client(Span span, const HttpRequest& request) {
  return {span, request, kClient};
}

MeasuredRequest& MeasuredRequest::set_route(std::string_view route) {
  if (telemetry_ != nullptr && instruments_->is_server) {
    route_or_address_.assign(route);
  }
  if (!route.empty()) {
    span_.set_attribute(sc::http::kRoute, route);
  }
  return *this;
}

// --- end ----------------------------------------------------------------------------------------

void MeasuredRequest::end(const HttpResponse& response) {
  if (telemetry_ == nullptr) {
    span_.set_http_response(response).end();
    return;
  }
  Telemetry& telemetry = *telemetry_;
  telemetry_ = nullptr;
  HttpResponse told = response;
  if (told.status == 0 && told.error_type.empty()) {
    told.error_type = kOther;
  }
  span_.set_http_response(told);
  const std::uint64_t now = host::monotonic_clock();
  const std::uint64_t now_unix_nano = Telemetry::RequestMeter::unix_nano(span_, now);
  const auto elapsed = static_cast<std::int64_t>(now - start_nano_);
  if (instruments_->is_server) {
    active_.add(-1);
  }
  record::StatusDigits digits;
  Telemetry::RequestMeter::record(telemetry, instruments_->duration,
                                  elapsed > 0 ? static_cast<double>(elapsed) / 1e9 : 0,
                                  labels_of(told, digits).view(), span_, now_unix_nano);
  span_.end(now_unix_nano);
}

// Of the duration. They refer to this object, to `response` and to `digits`.
detail::RequestLabels MeasuredRequest::labels_of(const HttpResponse& response,
                                                 record::StatusDigits& digits) const {
  detail::RequestLabels labels;
  labels.add(sc::http::kRequestMethod, method_);
  if (instruments_->is_server) {
    labels.add(sc::url::kScheme, scheme_);
    labels.add(sc::http::kRoute, route_or_address_.view());
  } else {
    labels.add(sc::server::kAddress, route_or_address_.view());
    labels.add(sc::server::kPort, port_);
  }
  labels.add(sc::http::kResponseStatusCode, response.status);
  labels.add(sc::error::kType, record::error_type_of(response, instruments_->is_server, digits));
  labels.add(sc::network::kProtocolVersion, protocol_version_.view());
  return labels;
}

MeasuredRequest::MeasuredRequest(MeasuredRequest&& other) noexcept {
  *this = static_cast<MeasuredRequest&&>(other);
}

MeasuredRequest& MeasuredRequest::operator=(MeasuredRequest&& other) noexcept {
  if (this == &other) {
    return *this;
  }
  if (telemetry_ != nullptr) {
    end({});
  }
  span_ = static_cast<Span&&>(other.span_);
  telemetry_ = other.telemetry_;
  instruments_ = other.instruments_;
  active_ = other.active_;
  start_nano_ = other.start_nano_;
  method_ = other.method_;
  scheme_ = other.scheme_;
  route_or_address_ = other.route_or_address_;
  protocol_version_ = other.protocol_version_;
  port_ = other.port_;
  other.telemetry_ = nullptr;
  return *this;
}

}  // namespace afterglow
