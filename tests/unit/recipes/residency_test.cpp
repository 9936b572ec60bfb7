// The recipe for residency, served as it stands in three regions.

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

#include "backend.h"

namespace recipes::test {
namespace {

using afterglow::Signal;
using afterglow::host::fake_host;
using afterglow::host::Pair;

// Serve a request that fails, so that a span and a log record are there, in `region`.
void serve_in(const Pair& region) {
  const Serve serving{eu_data_stays::kConfig, eu_data_stays::handle, {}, {region}};
  backend().status = 503;
  serving({"GET", "/cart", {}});
  backend().status = 200;
}

}  // namespace

TEST_CASE("recipe, EU data stays: everything goes to the European collector") {
  serve_in({"cloud.region", "eu-west-3"});
  REQUIRE(fake_host().sent_count() == 2);
  CHECK(fake_host().sent(0).destination == "otel-eu");
  CHECK(fake_host().sent(1).destination == "otel-eu");
}

TEST_CASE("recipe, EU data stays: elsewhere logs stay on the platform") {
  serve_in({"cloud.region", "us-east-1"});
  REQUIRE(fake_host().sent_count() == 1);
  CHECK(fake_host().sent(0).signal == Signal::Traces);
  CHECK(fake_host().sent(0).destination == "otel-us");
  REQUIRE(fake_host().line_count() == 1);
  CHECK(fake_host().line(0).find("did not deliver") != std::string_view::npos);
}

TEST_CASE("recipe, EU data stays: from a region that no rule names nothing leaves") {
  serve_in({"cloud.region", "mars-1"});
  CHECK(fake_host().sent_count() == 0);
}

}  // namespace recipes::test
