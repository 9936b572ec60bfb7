#include "entry_points.h"

#include <afterglow/log_c.h>

namespace canaries {
namespace {

using namespace afterglow;
using std::string_view;

std::span<const std::byte> bytes_of(string_view text) {
  return std::as_bytes(std::span<const char>(text.data(), text.size()));
}

// A secret in the middle of other text, overwritten afterwards.
class Around {
 public:
  Around(string_view before, string_view secret, string_view after) {
    for (const string_view piece : {before, secret, after}) {
      for (const char c : piece) {
        text_[length_++] = c;
      }
    }
  }
  ~Around() {
    volatile char* const text = text_;
    for (std::size_t i = 0; i < sizeof text_; ++i) {
      text[i] = 0;
    }
  }
  Around(const Around&) = delete;
  Around& operator=(const Around&) = delete;
  [[nodiscard]] string_view text() const { return {text_, length_}; }

 private:
  char text_[256] = {};
  std::size_t length_ = 0;
};

/// One header, whatever name is asked for.
struct EveryHeader {
  string_view value;
  template <typename F>
  void for_each(string_view /*name*/, F f) const {
    f(value);
  }
};

/// Every header but those of the default list.
struct UnlistedHeaders {
  string_view value;
  template <typename F>
  void for_each(string_view name, F f) const {
    for (const string_view listed : kPlainHeaders) {
      if (name == listed) {
        return;
      }
    }
    f(value);
  }
};

void start_child(Request& r, string_view s) {
  const Attribute own[] = {{"api_key", s}};
  const Link link{.context = r.server.context(), .attributes = own};
  (void)r.server.start_child("child", {.links = {&link, 1}}, {{"password", s}});
}
void root_span(Request& r, string_view s) {
  (void)r.telemetry.start_span("other root", {}, {{"session.id", s}});
}
void literal_key(Request& r, string_view s) {
  r.server.set_attribute("user.password", s);
}
void dynamic_key(Request& r, string_view s) {
  r.server.set_attribute(DynamicKey("X-Api-Key"), s);
}
void set_twice(Request& r, string_view s) {
  r.server.set_attribute("secret.twice", 1).set_attribute("secret.twice", s);
}
void bytes(Request& r, string_view s) {
  r.server.set_attribute("token.bytes", Value::bytes(bytes_of(s)));
}
void array(Request& r, string_view s) {
  const string_view list[] = {"first", s};
  r.server.set_attribute("cookies", list);
}
void mixed_array(Request& r, string_view s) {
  const Value list[] = {1, s, Value::bytes(bytes_of(s))};
  r.server.set_attributes({{"credentials", list}});
}
void nested_map(Request& r, string_view s) {
  const Attribute inner[] = {{"plain", 1}, {"access_key", s}};
  const Attribute outer[] = {{"inner", std::span<const Attribute>(inner)}};
  r.server.set_attribute("map", std::span<const Attribute>(outer));
}
void add_link(Request& r, string_view s) {
  const Attribute own[] = {{"jwt", s}};
  r.client.add_link({.context = r.server.context(), .attributes = own});
}
void event(Request& r, string_view s) {
  r.client.add_event("e", {{"authorization", s}});
}
void error_message(Request& r, string_view s) {
  r.client.record_error("E", s);
}
void stack_trace(Request& r, string_view s) {
  r.client.record_error("E", "m", {{"exception.stacktrace", Around("at f(", s, ")").text()}});
}
void status(Request& r, string_view s) {
  r.client.set_status(StatusCode::Error, Around("refused: ", s, " at once").text());
}
void span_log(Request& r, string_view s) {
  r.client.log(Severity::Info, Around("got ", s, ".").text(), {{"pwd", s}});
}
void log_body(Request& r, string_view s) {
  r.telemetry.log(Severity::Error, s);
}
void log_map(Request& r, string_view s) {
  const Attribute body[] = {{"client_secret", s}};
  r.telemetry.log(Severity::Warn, std::span<const Attribute>(body));
}
void log_from_c(Request& /*request*/, string_view s) {
  const string_view key = "sessid";
  const afterglow_text keys[] = {{key.data(), key.size()}};
  const afterglow_text values[] = {{s.data(), s.size()}};
  afterglow_log_event_with(AFTERGLOW_INFO, "e", 1, "b", 1, keys, values, 1);
}
void body_from_c(Request& /*request*/, string_view s) {
  afterglow_log_event(AFTERGLOW_INFO, "e", 1, s.data(), s.size());
}
void user_info(Request& r, string_view s) {
  r.client.set_http_request({.method = "GET", .url = Around("https://u:", s, "@h/").text()});
}
void url_query(Request& r, string_view s) {
  r.client.set_http_request({.method = "GET", .url = Around("https://h/?page=", s, "&x").text()});
}
void url_fragment(Request& r, string_view s) {
  r.client.set_http_request({.method = "GET", .url = Around("https://h/#", s, "").text()});
}
void url_path(Request& r, string_view s) {
  r.server.set_http_request({.method = "GET", .url = Around("/reset/", s, "/now").text()});
}
void target_query(Request& r, string_view s) {
  r.server.set_http_request({.method = "GET", .url = Around("/cart?", s, "=1").text()});
}
void query(Request& r, string_view s) {
  r.server.set_http_request({.method = "GET", .query = Around("q=", s, "").text()});
}
void url_attribute(Request& r, string_view s) {
  r.client.set_attribute(semconv::url::kFull, Around("http://h/?q=", s, "").text());
}
void header_attribute(Request& r, string_view s) {
  r.server.set_attribute("http.request.header.x-forwarded-user", s);
}
void never_header(Request& r, string_view s) {
  r.server.set_attribute("http.request.header.cookie", s);
}
void unlisted_headers(Request& r, string_view s) {
  const UnlistedHeaders headers{s};
  r.server.set_http_request({.method = "GET", .headers = HttpHeaders(headers)});
  r.server.set_http_response({.status = 200, .headers = HttpHeaders(headers)});
}
void baggage(Request& r, string_view s) {
  const Around header("password=", s, ",token=x");
  const EveryHeader headers{header.text()};
  (void)r.telemetry.start_span("from baggage", {.parent = r.telemetry.extract(headers)});
}

constexpr Counter kTaken{"canaries.taken", "{canary}"};
constexpr Histogram kSizes{"canaries.sizes", "By"};

void measurement(Request& r, string_view s) {
  r.telemetry.add(kTaken, 1, {{"password", s}});
}
void measurement_of_span(Request& r, string_view s) {
  r.server.record(kSizes, 1, {{"url.full", Around("http://h/?q=", s, "").text()}});
}
void bound_measurement(Request& r, string_view s) {
  r.telemetry.bind(kTaken, {{"api_key", s}}).add(1);
}
void measured_server(Request& r, string_view s) {
  const Around target("/cart?q=", s, "");
  const Around url("http://u:", s, "@h/");
  MeasuredRequest::server(r.telemetry.start_span("measured", {.kind = SpanKind::Server}),
                          {.method = "GET", .url = target.text(), .scheme = "https"})
      .end({.status = 200});
  MeasuredRequest::server(r.telemetry.start_span("measured", {.kind = SpanKind::Server}),
                          {.method = "GET", .url = url.text(), .scheme = "https"})
      .end({.status = 200});
}
void measured_client(Request& r, string_view s) {
  const Around url("https://u:", s, "@h/");
  MeasuredRequest::client(r.client.start_child("measured", {.kind = SpanKind::Client}),
                          {.method = "GET", .url = url.text()})
      .end({.status = 200});
}
void slash_in_password(Request& r, string_view s) {
  const Around url("https://u:12/", s, "@h/x");
  r.client.set_http_request({.method = "GET", .url = url.text()});
  r.server.set_http_request({.method = "GET", .url = url.text()});
}

void note(Request& r, string_view s) {
  r.server.set_attribute("note", s);
}

constexpr EntryPoint kEntryPoints[] = {
    {"start_child", Shape::Text, start_child},
    {"start_span", Shape::Text, root_span},
    {"literal key", Shape::Text, literal_key},
    {"dynamic key", Shape::Text, dynamic_key},
    {"a key set twice", Shape::Text, set_twice},
    {"bytes", Shape::Text, bytes},
    {"array", Shape::Text, array},
    {"mixed array", Shape::Text, mixed_array},
    {"nested map", Shape::Text, nested_map},
    {"link", Shape::Text, add_link},
    {"event", Shape::Text, event},
    {"error message, hex", Shape::Hex, error_message},
    {"error message, e-mail", Shape::Email, error_message},
    {"error message, token", Shape::Token, error_message},
    {"error message, card", Shape::Card, error_message},
    {"stack trace", Shape::Email, stack_trace},
    {"status", Shape::Hex, status},
    {"status, card", Shape::Card, status},
    {"log of a span", Shape::Token, span_log},
    {"log body", Shape::Email, log_body},
    {"log body, map", Shape::Text, log_map},
    {"log from C", Shape::Text, log_from_c},
    {"log body from C", Shape::Card, body_from_c},
    {"user info", Shape::Text, user_info},
    {"query of a URL", Shape::Text, url_query},
    {"fragment", Shape::Text, url_fragment},
    {"path, hex", Shape::Hex, url_path},
    {"path, e-mail", Shape::Email, url_path},
    {"path, token", Shape::Token, url_path},
    {"name of a parameter", Shape::Token, target_query},
    {"query", Shape::Text, query},
    {"url.full", Shape::Text, url_attribute},
    {"header as an attribute", Shape::Text, header_attribute},
    {"header that is never recorded", Shape::Text, never_header},
    {"headers that are not listed", Shape::Text, unlisted_headers},
    {"password with a slash", Shape::Text, slash_in_password},
    {"measurement", Shape::Text, measurement},
    {"measurement of a span", Shape::Text, measurement_of_span},
    {"bound measurement", Shape::Text, bound_measurement},
    {"measured request of a server", Shape::Text, measured_server},
    {"measured request of a client", Shape::Text, measured_client},
    {"baggage", Shape::Text, baggage}};

constexpr EntryPoint kPlanted{"planted", Shape::Text, note};

}  // namespace

std::span<const EntryPoint> entry_points() {
  return kEntryPoints;
}

const EntryPoint& planted() {
  return kPlanted;
}

std::uint32_t run_request(Telemetry& telemetry, std::uint32_t first, bool plant,
                          void (*before_end)()) {
  telemetry.serve_c_log();
  Span server = telemetry.start_span("GET /cart", {.kind = SpanKind::Server});
  Span client = server.start_child("GET", {.kind = SpanKind::Client});
  Request request{telemetry, server, client};
  for (const EntryPoint& entry : kEntryPoints) {
    entry.give(request, Canary(entry.shape, first++).text());
  }
  if (plant) {
    kPlanted.give(request, Canary(kPlanted.shape, first++).text());
  }
  if (before_end != nullptr) {
    before_end();
  }
  return first;
}

}  // namespace canaries
