// Adding up what instances tell, over their lives.

#include <doctest/doctest.h>

#include "metrics_answer.h"
#include "reports.h"

namespace edge_host::test {
namespace {

constexpr auto kOpenMetrics = afterglow::PrometheusFormat::OpenMetrics;

std::string histogram(std::string_view counts, std::string_view bounds, int count) {
  return metric("h", "histogram",
                R"({"count":")" + std::to_string(count) + R"(","sum":)" + std::to_string(count) +
                    R"(,"bucketCounts":[)" + std::string(counts) + R"(],"explicitBounds":[)" +
                    std::string(bounds) + "]}");
}

std::string gauge(int value, int at) {
  return metric("g", "gauge",
                R"({"asInt":")" + std::to_string(value) + R"(","timeUnixNano":")" +
                    std::to_string(at) + R"("})");
}

std::string changing(int value) {
  return metric("u", "changing", R"({"asInt":")" + std::to_string(value) + R"("})");
}

}  // namespace

TEST_CASE("counters add up over live instances and those that ended") {
  MetricTotals totals;
  const auto first = totals.begin();
  const auto second = totals.begin();
  totals.update(first, report(counter(2)));
  totals.update(second, report(counter(3)));
  CHECK(samples_of(totals) == "c_total 5\n");
  totals.update(first, report(counter(4)));
  CHECK(samples_of(totals) == "c_total 7\n");
  totals.end(first);
  CHECK(samples_of(totals) == "c_total 7\n");
  const auto third = totals.begin();
  CHECK(samples_of(totals) == "c_total 7\n");
  totals.update(third, report(counter(1)));
  CHECK(samples_of(totals) == "c_total 8\n");
  totals.trap(third, 2);
  totals.end(second);
  CHECK(samples_of(totals) == "c_total 8\n");
  CHECK(own(totals, "instances") == "0");
  CHECK(own(totals, "instances_started_total") == "3");
  CHECK(own(totals, "instances_trapped_total") == "1");
  CHECK(own(totals, "requests_untold_total") == "2");
}

TEST_CASE("an instance ends once, and what it tells afterwards does not count") {
  MetricTotals totals;
  const auto id = totals.begin();
  totals.update(id, report(counter(2)));
  totals.end(id);
  totals.end(id);
  totals.trap(id, 1);
  totals.update(id, report(counter(9)));
  CHECK(samples_of(totals) == "c_total 2\n");
  CHECK(own(totals, "instances_trapped_total") == "0");
}

TEST_CASE("each set of attributes is a stream, whatever the order") {
  MetricTotals totals;
  const auto a = R"({"key":"a","value":{"stringValue":"1"}})";
  const auto b = R"({"key":"b","value":{"stringValue":"2"}})";
  totals.update(totals.begin(), report(counter(2, std::string(a) + "," + b)));
  totals.update(totals.begin(), report(counter(3, std::string(b) + "," + a)));
  totals.update(totals.begin(), report(counter(4, a)));
  CHECK(samples_of(totals) == "c_total{a=\"1\"} 4\nc_total{a=\"1\",b=\"2\"} 5\n");
}

TEST_CASE("totals never fall: not when an instance tells less, nothing, or nonsense") {
  MetricTotals totals;
  const auto id = totals.begin();
  totals.update(id, report(counter(5) + "," + histogram("2,1", "1", 3)));
  totals.update(id, report(counter(3) + "," + histogram("1,0", "1", 1)));
  totals.update(id, report(""));
  totals.update(id, std::nullopt);
  CHECK(samples_of(totals) ==
        "c_total 5\nh_bucket{le=\"1.0\"} 2\nh_bucket{le=\"+Inf\"} 3\nh_count 3\nh_sum 3.0\n");
  CHECK(own(totals, "reports_rejected_total") == "1");
}

TEST_CASE("sums that may fall are those of live instances") {
  MetricTotals totals;
  const auto first = totals.begin();
  const auto second = totals.begin();
  totals.update(first, report(changing(5)));
  totals.update(second, report(changing(-2)));
  CHECK(samples_of(totals) == "u 3\n");
  totals.update(first, report(changing(1)));
  CHECK(samples_of(totals) == "u -1\n");
  totals.end(first);
  CHECK(samples_of(totals) == "u -2\n");
}

TEST_CASE("a gauge is what was set last") {
  MetricTotals totals;
  const auto first = totals.begin();
  const auto second = totals.begin();
  totals.update(second, report(gauge(7, 20)));
  totals.update(first, report(gauge(5, 10)));
  CHECK(samples_of(totals) == "g 7\n");
  totals.update(first, report(gauge(1, 30)));
  CHECK(samples_of(totals) == "g 1\n");
  totals.end(first);
  CHECK(samples_of(totals) == "g 1\n");
  totals.update(second, report(gauge(2, 40)));
  CHECK(samples_of(totals) == "g 2\n");
}

TEST_CASE("histograms add up bound by bound, also where bounds differ") {
  MetricTotals totals;
  totals.update(totals.begin(), report(histogram("1,2,3", "1,4", 6)));
  totals.update(totals.begin(), report(histogram("10,20,30,40", "2,4,8", 100)));
  CHECK(samples_of(totals) ==
        "h_bucket{le=\"1.0\"} 1\n"
        "h_bucket{le=\"2.0\"} 11\n"
        "h_bucket{le=\"4.0\"} 33\n"
        "h_bucket{le=\"8.0\"} 63\n"
        "h_bucket{le=\"+Inf\"} 106\n"
        "h_count 106\n"
        "h_sum 106.0\n");
}

TEST_CASE("an exponential histogram that coarsens its buckets leaves no bound behind") {
  MetricTotals totals;
  const auto id = totals.begin();
  const auto tell = [&](std::string_view point) {
    totals.update(id, report(metric("e", "exponentialHistogram", point)));
  };
  tell(R"({"count":"2","scale":0,"positive":{"offset":0,"bucketCounts":["1","1"]}})");
  tell(R"({"count":"9","scale":-1,"positive":{"offset":0,"bucketCounts":["8","1"]}})");
  CHECK(samples_of(totals) ==
        "e_bucket{le=\"0.0\"} 0\n"
        "e_bucket{le=\"1.0\"} 0\n"
        "e_bucket{le=\"2.0\"} 1\n"
        "e_bucket{le=\"4.0\"} 8\n"
        "e_bucket{le=\"16.0\"} 9\n"
        "e_bucket{le=\"+Inf\"} 9\n"
        "e_count 9\n");
  tell(R"({"count":"20","scale":-2,"positive":{"offset":-1,"bucketCounts":["15","5"]}})");
  CHECK(samples_of(totals) ==
        "e_bucket{le=\"0.0\"} 0\n"
        "e_bucket{le=\"0.0625\"} 0\n"
        "e_bucket{le=\"1.0\"} 15\n"
        "e_bucket{le=\"2.0\"} 15\n"
        "e_bucket{le=\"4.0\"} 15\n"
        "e_bucket{le=\"16.0\"} 20\n"
        "e_bucket{le=\"+Inf\"} 20\n"
        "e_count 20\n");
}

TEST_CASE("sums stay at the end of their range") {
  MetricTotals totals;
  for (int i = 0; i < 2; ++i) {
    totals.update(totals.begin(), report(counter(INT64_MAX)));
    totals.update(totals.begin(), report(metric("d", "counter", R"({"asDouble":1.7e308})")));
  }
  CHECK(samples_of(totals) == "c_total 9223372036854775807\nd_total 1.7976931348623157e308\n");
}

TEST_CASE("integers and doubles of one name add up") {
  MetricTotals totals;
  totals.update(totals.begin(), report(counter(2)));
  totals.update(totals.begin(), report(metric("c", "counter", R"({"asDouble":0.5})")));
  CHECK(samples_of(totals) == "c_total 2.5\n");
}

TEST_CASE("streams are bounded, and what is beyond is counted") {
  MetricTotals totals;
  const auto id = totals.begin();
  std::string points;
  for (std::size_t i = 0; i < MetricTotals::kMostStreams + 10; ++i) {
    points += std::string(i == 0 ? "" : ",") + R"({"asInt":1,"attributes":[{"key":"k","value":)" +
              R"({"intValue":")" + std::to_string(i) + R"("}}]})";
  }
  totals.update(id, report(metric("c", "counter", points)));
  CHECK(own(totals, "points_left_out_total") == "10");
  totals.end(id);
  CHECK(own(totals, "points_left_out_total") == "10");
  const auto another = totals.begin();
  totals.update(another, report(metric("new", "counter", R"({"asInt":1})")));
  CHECK(samples_of(totals).ends_with("new_total 1\n"));  // as long as it lives
  totals.end(another);
  CHECK(own(totals, "points_left_out_total") == "11");
  CHECK(samples_of(totals).find("new_total") == std::string::npos);
}

TEST_CASE("a module cannot pass for the host, nor break the page") {
  MetricTotals totals;
  totals.requests = 3;
  totals.update(totals.begin(),
                report(metric("afterglow.host.requests", "counter", R"({"asInt":99})") + "," +
                       metric("x\\n# EOF\\n\\u0000", "gauge", R"({"asInt":1})") + "," +
                       metric("y", "gauge",
                              R"({"asInt":1,"attributes":[{"key":"a\n","value":)"
                              R"({"stringValue":"\"} 5\n# EOF\n"}}]})")));
  CHECK_FALSE(report(metric("x\n", "gauge", "")));  // no JSON
  CHECK(own(totals, "requests_total") == "3");
  CHECK(samples_of(totals) == "x_EOF_ 1\ny{a_=\"\\\"} 5\\n# EOF\\n\"} 1\n");
}

TEST_CASE("the resource is told once") {
  MetricTotals totals;
  totals.update(totals.begin(), report(counter(1)));
  totals.update(totals.begin(), report(counter(1)));
  const std::string page = totals.page(kOpenMetrics);
  CHECK(page.find("# TYPE target info\n# HELP target The resource of these metrics.\n"
                  "target_info{service_name=\"cart\"} 1\n") != std::string::npos);
  CHECK(page.ends_with("# TYPE c counter\nc_total 2\n# EOF\n"));
}

TEST_CASE("exemplars: the latest of all instances") {
  const auto with = [](int at, std::string_view id) {
    return metric("c", "counter",
                  R"({"asInt":1,"exemplars":[{"asInt":1,"timeUnixNano":")" + std::to_string(at) +
                      R"(","traceId":"0102030405060708090a0b0c0d0e0f)" + std::string(id) +
                      R"(","spanId":"0102030405060708"}]})");
  };
  MetricTotals totals;
  totals.update(totals.begin(), report(with(2'000'000'000, "aa")));
  totals.update(totals.begin(), report(with(1'000'000'000, "bb")));
  CHECK(
      samples_of(totals, kOpenMetrics) ==
      "c_total 2 # {trace_id=\"0102030405060708090a0b0c0d0e0faa\",span_id=\"0102030405060708\"} 1 "
      "2.000000000\n");
  CHECK(samples_of(totals) == "c_total 2\n");
}

TEST_CASE("a scraper's request") {
  MetricTotals totals;
  const std::string accept("accept\0application/openmetrics-text\0", 36);
  ClientResponse answer = metrics_answer({"GET", "/metrics?x=1", accept, ""}, totals);
  CHECK(answer.status == 200);
  CHECK(answer.body.ends_with("# EOF\n"));
  CHECK(answer.headers.find("application/openmetrics-text; version=1.0.0") != std::string::npos);
  answer = metrics_answer({"GET", "/metrics", "", ""}, totals);
  CHECK(answer.headers.find("text/plain; version=0.0.4") != std::string::npos);
  CHECK(metrics_answer({"PUT", "/metrics", "", ""}, totals).status == 405);
  CHECK(metrics_answer({"GET", "/", "", ""}, totals).status == 404);
}

}  // namespace edge_host::test
