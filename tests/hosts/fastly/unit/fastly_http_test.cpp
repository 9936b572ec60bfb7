#include "fastly_http.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "fake_fastly.h"
#include "fastly_abi.h"
#include "fastly_header_list.h"

using namespace afterglow;
using host::SendResult;
using host::Status;

namespace {

constexpr fastly::Route kCollector{fastly::Way::Backend, "collector"};
const std::string kBody(10'000, 'x');

SendResult post() {
  return fastly::post(kCollector, {.path = "/v1/traces",
                                   .content_type = "application/json",
                                   .headers = {"user-agent\0test\0", 16},
                                   .body = kBody});
}

/// Sends one request for each answer and waits for them all.
std::vector<SendResult> exchange(std::vector<FakeAnswer> answers, std::span<char> memory = {}) {
  fake = {};
  fake.answers = std::move(answers);
  std::vector<SendResult> results;
  for (std::size_t i = 0; i < fake.answers.size(); ++i)
    results.push_back(post());
  CHECK(fastly::wait_for_answers(results, 1'000'000'000, memory) == Status::Ok);
  CHECK(fake.open.empty());
  CHECK(fake.wrong_closes == 0);
  return results;
}

Status status_of(std::int32_t raw, std::uint32_t tag) {
  return exchange({{.status = raw, .error_tag = tag}})[0].status;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;
Pairs listed(std::string_view list) {
  Pairs pairs;
  auto add = [&](std::string_view name, std::string_view value) {
    pairs.emplace_back(name, value);
  };
  fastly::visit_header_list(list, add);
  return pairs;
}

}  // namespace

TEST_CASE("a body leaves whole, however little each write takes") {
  for (const std::size_t count : {std::size_t{1}, std::size_t{7}, SIZE_MAX}) {
    fake = {.bytes_per_write = count};
    CHECK(post().status == Status::Queued);
    CHECK(fake.body == kBody);
    CHECK(fake.uri == "https://collector.example:4318/v1/traces");
    CHECK(fake.headers["content-type"] == "application/json");
    CHECK(fake.headers["user-agent"] == "test");
    CHECK(fake.open.empty());
  }
}

TEST_CASE("a body that takes nothing is given up, and what was opened is closed") {
  fake = {.bytes_per_write = 0};
  CHECK(post().status == Status::Internal);
  CHECK(fake.sends == 0);
  CHECK(fake.open.empty());
}

TEST_CASE("a header that is refused closes what was opened") {
  fake = {.header_status = kFastlyInval};
  CHECK(post().status == Status::InvalidArgument);
  CHECK(fake.sends == 0);
  CHECK(fake.open.empty());
}

TEST_CASE("a send that fails has consumed its handles, and says why") {
  const std::pair<std::int32_t, Status> cases[] = {{kFastlyLimitExceeded, Status::Limit},
                                                   {kFastlyInval, Status::NotFound},
                                                   {kFastlyUnsupported, Status::Unsupported},
                                                   {kFastlyError, Status::Internal}};
  for (const auto& [raw, status] : cases) {
    fake = {.send_status = raw};
    const SendResult result = post();
    CHECK(result.status == status);
    CHECK(result.raw_code == raw);
    CHECK(fake.sends == 1);
    CHECK(fake.open.empty());
    CHECK(fake.wrong_closes == 0);
  }
}

TEST_CASE("answers are read in the order in which they come") {
  char memory[64];
  const auto results = exchange({{.http_status = 200, .body = "first"},
                                 {.http_status = 503, .retry_after = "7", .body = "second"}},
                                memory);
  CHECK(results[0].status == Status::Ok);
  CHECK(results[0].http_status == 200);
  CHECK(results[0].answer_length == 5);
  CHECK(results[1].http_status == 503);
  CHECK(results[1].retry_after_ms == 7'000);
  CHECK(std::string_view(memory, 11) == "secondfirst");
}

TEST_CASE("an answer is cut at the memory there is") {
  char memory[4];
  CHECK(exchange({{.body = "longer"}}, memory)[0].answer_length == 4);
  CHECK(exchange({{.body = "longer"}})[0].answer_length == 0);
}

TEST_CASE("Retry-After that is no number of seconds is none") {
  for (const char* value : {"soon", "-1", "99999999999", "Wed, 21 Oct 2026 07:28:00 GMT"})
    CHECK(exchange({{.retry_after = value}})[0].retry_after_ms == 0);
  CHECK(exchange({{.retry_after = "4294967295"}})[0].retry_after_ms == UINT32_MAX);
}

TEST_CASE("why an exchange failed has a name") {
  for (const std::uint32_t tag : {2U, 9U, 16U})
    CHECK(status_of(kFastlyError, tag) == Status::Timeout);
  for (const std::uint32_t tag : {0U, 3U, 4U, 5U, 6U, 7U, 8U, 10U, 11U, 12U, 23U, 24U, 99U})
    CHECK(status_of(kFastlyError, tag) == Status::Unavailable);
  CHECK(status_of(kFastlyLimitExceeded, 0) == Status::Limit);
  CHECK(status_of(kFastlyBadf, 0) == Status::InvalidArgument);
}

TEST_CASE("an answer that never comes is a timeout at the deadline") {
  fake = {.ever_ready = false};
  SendResult results[] = {post(), post()};
  CHECK(fastly::wait_for_answers(results, 5'000'000, {}) == Status::Ok);
  CHECK(results[0].status == Status::Timeout);
  CHECK(results[1].status == Status::Timeout);
  CHECK(fake.now >= 5'000'000);
}

TEST_CASE("header lists: the good entries of a bad list stay") {
  CHECK(listed("a=b,c=d") == Pairs{{"a", "b"}, {"c", "d"}});
  CHECK(listed(" a = b%20c ,,=x,y,z=") == Pairs{{"a", "b c"}, {"z", ""}});
  CHECK(listed("a=%4,b=%,c=%4g,d=%41") == Pairs{{"a", "%4"}, {"b", "%"}, {"c", "%4g"}, {"d", "A"}});
  CHECK(listed("").empty());
  CHECK(listed("a=" + std::string(3'000, 'x')).empty());
}

TEST_CASE("URLs: host and port") {
  CHECK(fastly::origin_of("https://a.example:1/x").host == "a.example");
  CHECK(fastly::origin_of("https://a.example:1/x").host_and_port == "a.example:1");
  CHECK(fastly::origin_of("https://a.example").is_tls);
  CHECK_FALSE(fastly::origin_of("http://a.example").is_tls);
  CHECK(fastly::origin_of("http://[::1]:80").host == "[::1]");
  CHECK(fastly::origin_of("http://").host.empty());
}
