// Log endpoints that are not there, or take less than a line. Viceroy has an endpoint of every
// name.
#include <afterglow/afterglow.h>
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "fake_fastly.h"
#include "fastly_abi.h"

namespace {

using namespace afterglow;

constexpr std::string_view kLine = R"("message":"visitor came")";

/// An instance after one span and one log record, and one flush.
struct Flushed {
  std::unique_ptr<Buffer<64 * 1024>> memory = std::make_unique<Buffer<64 * 1024>>();
  Telemetry telemetry;
  FlushReport report;

  explicit Flushed(const Config& config) : telemetry(*memory, config) { record(); }

  void record() {
    telemetry.start_span("GET /").end();
    telemetry.log(Severity::Info, "visitor came");
    report = telemetry.flush();
    CHECK(report.traces.balanced());
    CHECK(report.logs.balanced());
    CHECK(telemetry.free_pages() == telemetry.page_count());
  }
};

constexpr Config kLines{
    .service_name = "shop", .traces = ExportWay::None, .logs = ExportWay::Lines};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("lines for an endpoint that is not there are dropped, counted and told") {
  for (const std::int32_t status : {kFastlyInval, kFastlyBadf, kFastlyNone, kFastlyError,
                                    kFastlyLimitExceeded, kFastlyUnsupported, 999}) {
    CAPTURE(status);
    fake = {};
    fake.no_endpoint_status = status;
    fake.endpoints["afterglow"] = {};
    Flushed one(kLines);
    CHECK(one.report.logs.recorded == 1);
    CHECK(one.report.logs.dropped(DropReason::SendFailed) == 1);
    CHECK(one.report.status == FlushStatus::Failed);
    one.record();
    CHECK(one.report.logs.dropped(DropReason::SendFailed) == 2);
    CHECK(one.telemetry.diagnostic_count(Diagnostic::SendFailed) == 2);
    int told = 0;
    for (const std::string& line : fake.endpoints["afterglow"]) {
      told += contains(line, "afterglow: a request could not be sent") ? 1 : 0;
      CHECK_FALSE(contains(line, "visitor came"));
    }
    CHECK(told == 2);             // once, and when it had happened twice
    fake.endpoints["logs"] = {};  // somebody made it
    one.record();
    REQUIRE(fake.endpoints["logs"].size() == 1);
    CHECK(contains(fake.endpoints["logs"][0], kLine));
    CHECK(one.report.logs.unknown == 1);
  }
}

TEST_CASE("with no endpoint at all nothing is told, and nothing else happens") {
  fake = {};
  const Flushed one(kLines);
  CHECK(one.report.logs.dropped(DropReason::SendFailed) == 1);
  CHECK(one.report.dropped() == 2);  // the span has no exporter
  CHECK(fake.endpoints.empty());
  CHECK(fake.standard_error.empty());
  CHECK(fake.sends == 0);
}

TEST_CASE("bodies for an endpoint that is not there are dropped, and go nowhere else") {
  fake = {};
  fake.endpoints["somewhere"] = {};
  const Flushed one({.service_name = "shop", .destination = "log:nowhere"});
  CHECK(one.report.traces.dropped(DropReason::SendFailed) == 1);
  CHECK(one.report.logs.dropped(DropReason::SendFailed) == 1);
  CHECK(fake.endpoints["somewhere"].empty());
  CHECK(fake.sends == 0);
}

TEST_CASE("half a line is a line that was not written") {
  fake = {};
  fake.bytes_per_write = 10;
  fake.endpoints["logs"] = {};
  CHECK(Flushed(kLines).report.logs.dropped(DropReason::SendFailed) == 1);
}
