// What the policy costs. `span_5_attributes_1_event` is the same with the default policy.

#include "scenario.h"
#include "stage.h"

namespace afterglow::bench {
namespace {

constexpr ValueRule kEveryPattern[] = {{ValuePattern::BearerToken, RedactAction::Mask},
                                       {ValuePattern::JsonWebToken, RedactAction::Mask},
                                       {ValuePattern::Email, RedactAction::Mask},
                                       {ValuePattern::PaymentCard, RedactAction::Mask},
                                       {ValuePattern::Ipv4, RedactAction::Mask},
                                       {ValuePattern::Ipv6, RedactAction::Mask},
                                       {ValuePattern::LongHex, RedactAction::Mask},
                                       {ValuePattern::LongBase64, RedactAction::Mask}};
constexpr RedactionPolicy kByValue{.values = kEveryPattern};
constinit char sentence[1024] = {};

constexpr KeyRule kThreeKeys[] = {{KeyMatch::Exact, "user.email", RedactAction::Mask},
                                  {KeyMatch::Exact, "client.address", RedactAction::IpPrefix},
                                  {KeyMatch::Prefix, "cart.note.", RedactAction::Truncate, 20}};
constexpr RedactionPolicy kByKey{.keys = kThreeKeys};

void open_root_with(Redaction redaction) {
  Config config = plain_config();
  config.redaction = redaction;
  root() = start_over(config).start_span("GET /cart", {.kind = SpanKind::Server});
}

void open_root() {
  open_root_with(kDefaultRedaction);
}

void open_root_with_key_rules() {
  open_root_with(kByKey);
}

void open_root_without_policy() {
  open_root_with(kNoRedaction);
}

// Of a value that is looked at and kept, little is stored.
void open_root_of_patterns() {
  constexpr std::string_view kWords = "the cart of visitor 4711 has 3 items: ok. ";
  for (std::size_t i = 0; i < sizeof sentence; ++i) {
    sentence[i] = kWords[i % kWords.size()];
  }
  Config config = plain_config();
  config.redaction = kByValue;
  config.limits.attribute_value_length = 16;
  root() = start_over(config).start_span("GET /cart");
}

void span_5_attributes_1_event() {
  repeat([] {
    Span span = start_child_with_5_attributes();
    span.add_event("cache.miss", {{"cart.items", 3}});
    span.end();
  });
}

void span_http_request() {
  repeat([] {
    Span span = root().start_child("GET", {.kind = SpanKind::Client});
    span.set_http_request(
        {.method = "GET",
         .url = "https://carts.internal/shops/7/carts/0a1b2c3d?visitor=4711&page=2&token=abcdef"});
    span.set_http_response({.status = 200});
    span.end();
  });
}

void span_value_1_kib() {
  repeat([] {
    root()
        .start_child("a")
        .set_attribute("note", std::string_view(sentence, sizeof sentence))
        .end();
  });
}

bool all_recorded() {
  return telemetry().report().traces.waiting == kOperations;
}

bool all_kept() {
  return all_recorded() && telemetry().report().redactions.total() == 0;
}

constexpr Scenario kScenarios[] = {
    {"span_5_attributes_1_event_no_policy", open_root_without_policy, span_5_attributes_1_event,
     all_recorded},
    {"span_5_attributes_1_event_key_rules", open_root_with_key_rules, span_5_attributes_1_event,
     all_recorded},
    {"span_http_request", open_root, span_http_request, all_recorded},
    {"span_value_1_kib_all_patterns", open_root_of_patterns, span_value_1_kib, all_kept},
};

}  // namespace

std::span<const Scenario> redaction_scenarios() {
  return kScenarios;
}

}  // namespace afterglow::bench
