// A handler under one policy of redaction, AFTERGLOW_POLICY, for a look at what it links.

#include <afterglow/afterglow.h>

namespace {

using namespace afterglow;

constexpr KeyRule kKeys[] = {{KeyMatch::Exact, "user.id", RedactAction::KeyedHash},
                             {KeyMatch::Exact, "user.name", RedactAction::Hash}};
[[maybe_unused]] constexpr RedactionPolicy kHashes{.keys = kKeys};
constexpr std::string_view kFromBaggage[] = {"tenant"};

constinit Buffer<64 * 1024> memory;
constinit Telemetry telemetry{memory,
                              {.baggage_attributes = kFromBaggage, .redaction = AFTERGLOW_POLICY}};
constexpr Counter kRequests{"requests", "{request}"};

struct NoHeaders {
  template <typename F>
  void for_each(std::string_view /*name*/, F /*f*/) const {}
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view text(argv[argc - 1]);
  const NoHeaders headers;
  Span span = telemetry.start_span("GET /", {.parent = telemetry.extract(headers)});
  span.set_http_request({.method = "GET", .url = text, .headers = HttpHeaders(headers)});
  span.set_attribute(DynamicKey(text), text).record_error("E", text);
  span.log(Severity::Info, text);
  telemetry.add(kRequests, 1, {{"user.id", text}});
  span.set_http_response({.status = 200});
  span.end();
  (void)telemetry.shutdown();
}
