// The recipes for sampling, each served as it stands.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "backend.h"
#include "telemetry/exported_spans.h"

namespace recipes::test {
namespace {

using afterglow::host::fake_host;
using afterglow::test::Exported;
using afterglow::test::names_of;
using afterglow::test::SeededIds;
using afterglow::test::spans_of;
using afterglow::test::threshold_in;

constexpr std::uint64_t kBest = afterglow::kThresholdOfNothing - 1;

struct Asked {
  std::uint64_t randomness = 0;
  std::uint32_t status = 200;
  std::uint32_t took_ms = 0;
  std::string_view path = "/cart";
  std::vector<HeaderLine> headers = {};
};

// One request whose new trace would have this R; what left of it.
std::vector<Exported> serve(Serve serving, const Asked& asked) {
  SeededIds ids(1);
  ids.next_randomness = asked.randomness;
  serving.config.id_generator = ids.generator();
  backend().status = asked.status;
  backend().took_ms = asked.took_ms;
  serving({"GET", asked.path, asked.headers});
  backend().status = 200;
  backend().took_ms = 0;
  return spans_of(fake_host());
}

std::string sent_flags() {
  return backend().calls.at(0).header("traceparent").substr(53);
}

// A caller's decision is followed, whatever this handler's own would be; his errors are kept.
void check_callers(const Serve& recipe) {
  const std::vector<HeaderLine> sampled = {
      {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
      {"tracestate", "ot=th:8;rv:80000000000000"}};
  const auto kept = serve(recipe, {.headers = sampled});
  REQUIRE(names_of(kept) == "GET /cart GET");
  CHECK(kept[0].trace_state() == "ot=th:8;rv:80000000000000");
  const std::vector<HeaderLine> unsampled = {
      {"traceparent", "00-ffffffffffffffffffffffffffffffff-b7ad6b7169203331-00"}};
  CHECK(serve(recipe, {.headers = unsampled}).empty());
  const auto error = serve(recipe, {.status = 500, .headers = unsampled});
  REQUIRE(names_of(error) == "GET /cart GET");
  CHECK(error[0].rule() == "errors");
}

}  // namespace

TEST_CASE("recipes: callers who have decided are followed") {
  check_callers({all_errors::kConfig, all_errors::handle});
  check_callers({rate_without_deploy::kConfig, rate_without_deploy::handle});
}

TEST_CASE("recipe, keep errors: chance keeps 1 % with th, the rule keeps errors without") {
  const Serve recipe{all_errors::kConfig, all_errors::handle};
  constexpr std::uint64_t kT = afterglow::threshold_of(0.01);
  CHECK(serve(recipe, {.randomness = kT - 1}).empty());
  CHECK(sent_flags() == "02");

  for (const std::uint32_t status : {200U, 503U}) {
    const auto by_chance = serve(recipe, {.randomness = kT, .status = status});
    CHECK(names_of(by_chance) == "GET /cart GET");
    CHECK(by_chance[0].trace_state() == "ot=th:fd70a");
    CHECK(by_chance[0].rule() == "(none)");
    CHECK(sent_flags() == "03");
  }

  for (const std::uint32_t status : {400U, 503U}) {
    const auto by_rule = serve(recipe, {.randomness = kT - 1, .status = status});
    CHECK(names_of(by_rule) == "GET /cart GET");
    CHECK(by_rule[0].trace_state() == "(none)");
    CHECK(by_rule[0].rule() == "errors");
    CHECK(sent_flags() == "02");  // what is behind the backend may be missing
  }
  CHECK(serve(recipe, {.randomness = kT - 1, .status = 399}).empty());
}

TEST_CASE("recipe, keep slow requests: from half a second on, and 5 % of the rest") {
  const Serve recipe{keep_slow::kConfig, keep_slow::handle};
  constexpr std::uint64_t kT = afterglow::threshold_of(0.05);
  CHECK(serve(recipe, {.randomness = kT - 1, .took_ms = 499}).empty());
  const auto slow = serve(recipe, {.randomness = kT - 1, .took_ms = 500});
  CHECK(names_of(slow) == "GET /cart GET");
  CHECK(slow[0].rule() == "slow");
  CHECK_FALSE(threshold_in(slow[0].trace_state()));
  const auto by_chance = serve(recipe, {.randomness = kT, .took_ms = 900});
  CHECK(by_chance.at(0).rule() == "(none)");
  CHECK(threshold_in(by_chance.at(0).trace_state()) == kT);
}

TEST_CASE("recipe, rate for one route: all of it, 1 % of the rest, none of the health checks") {
  const Serve recipe{rate_for_route::kConfig, rate_for_route::handle};
  constexpr std::uint64_t kT = afterglow::threshold_of(0.01);
  const auto checkout = serve(recipe, {.randomness = 0, .path = "/checkout"});
  REQUIRE(checkout.size() == 2);
  CHECK(checkout[0].trace_state() == "ot=th:0");
  CHECK(serve(recipe, {.randomness = kT - 1}).empty());
  const auto cart = serve(recipe, {.randomness = kT});
  REQUIRE(cart.size() == 2);
  CHECK(cart[0].trace_state() == "ot=th:fd70a");
  CHECK(serve(recipe, {.randomness = kBest, .path = "/healthz"}).empty());
  CHECK(serve(recipe, {.randomness = kT - 1, .path = "/checkout2"}).empty());
}

TEST_CASE("recipe, rate without a deploy: the program's is the default, the host's wins") {
  struct Case {
    std::string_view argument;
    double ratio;
  };
  for (const Case& one :
       {Case{"", 0.05}, Case{"a lot", 0.05}, Case{"0.5", 0.5}, Case{"0.25", 0.25}}) {
    CAPTURE(one.argument);
    const Serve recipe{rate_without_deploy::kConfig,
                       rate_without_deploy::handle,
                       {{"OTEL_TRACES_SAMPLER_ARG", one.argument}}};
    const std::uint64_t t = afterglow::threshold_of(one.ratio);
    CHECK(serve(recipe, {.randomness = t - 1}).empty());
    const auto kept = serve(recipe, {.randomness = t});
    REQUIRE(kept.size() == 2);
    CHECK(threshold_in(kept[0].trace_state()) == t);
  }
  const Serve recipe{rate_without_deploy::kConfig,
                     rate_without_deploy::handle,
                     {{"OTEL_TRACES_SAMPLER_ARG", "0"}}};
  CHECK(serve(recipe, {.randomness = kBest}).empty());
  const auto error = serve(recipe, {.randomness = kBest, .status = 503});
  REQUIRE(error.size() == 2);
  CHECK(error[0].rule() == "errors");
  CHECK_FALSE(threshold_in(error[0].trace_state()));
}

TEST_CASE("recipe, rate without a deploy: a sampler of the environment takes the program's place") {
  const Serve all{rate_without_deploy::kConfig,
                  rate_without_deploy::handle,
                  {{"OTEL_TRACES_SAMPLER", "always_on"}}};
  const auto kept = serve(all, {.randomness = 0});
  CHECK(kept.size() == 2);
  CHECK_FALSE(threshold_in(kept.at(0).trace_state()));
  const Serve none{rate_without_deploy::kConfig,
                   rate_without_deploy::handle,
                   {{"OTEL_TRACES_SAMPLER", "always_off"}}};
  CHECK(serve(none, {.randomness = kBest, .status = 503}).empty());  // its errors are not recorded
}

}  // namespace recipes::test
