// Canaries on the fake host: the lent memory, the handle of the SDK, every byte sent and every
// line, after each request. That the search works is a test of its own.

#include <afterglow/afterglow.h>
#include <afterglow/prometheus.h>
#include <doctest/doctest.h>
#include <fake_host.h>

#include <memory>
#include <string>

#include "entry_points.h"

namespace {

using namespace afterglow;
using host::fake_host;
using host::FakeHost;

constexpr std::size_t kBytes = 256 * 1024;
constexpr std::string_view kFromBaggage[] = {"password", "token"};
constexpr Config kConfig{.baggage_attributes = kFromBaggage, .metrics = {.every_requests = 1}};

// What travels verbatim while its trace lives: one member of baggage, with both its marks.
constexpr std::size_t kTravelling = 2;

struct Found {
  std::size_t recording = 0;  // beyond what travels
  std::size_t memory = 0;
  std::size_t sent = 0;
  std::size_t lines = 0;
};

class Searched {
 public:
  explicit Searched(const Config& config = kConfig) : telemetry_(*memory_, config) {
    fake_host().reset();
  }
  ~Searched() { fake_host().reset(); }

  // A request, searched while it is recorded and after its flush.
  void run(bool plant) {
    number_ = canaries::run_request(telemetry_, number_, plant);
    in_recording_ += look() - kTravelling;
    (void)telemetry_.flush();
    in_memory_ += look();
  }

  [[nodiscard]] Found found() const {
    Found all{.recording = in_recording_, .memory = in_memory_};
    const FakeHost& host = fake_host();
    for (std::size_t i = 0; i < host.sent_count(); ++i) {
      all.sent += canaries::count_marks({host.sent(i).body.data(), host.sent(i).body.size()});
    }
    for (std::size_t i = 0; i < host.line_count(); ++i) {
      all.lines += canaries::count_marks({host.line(i).data(), host.line(i).size()});
    }
    return all;
  }
  [[nodiscard]] std::uint32_t used() const { return number_; }
  Telemetry& telemetry() { return telemetry_; }

 private:
  std::size_t look() {
    const auto* bytes = reinterpret_cast<const char*>(memory_->data());
    const auto* own = reinterpret_cast<const char*>(&telemetry_);
    return canaries::count_marks({bytes, kBytes}) + canaries::count_marks({own, sizeof telemetry_});
  }

  std::unique_ptr<Buffer<kBytes>> memory_ = std::make_unique<Buffer<kBytes>>();
  Telemetry telemetry_;
  std::uint32_t number_ = 0;
  std::size_t in_recording_ = 0;
  std::size_t in_memory_ = 0;
};

TEST_CASE("hundreds of secrets through every entry point: none is kept, none is sent") {
  for (const ExportWay way : {ExportWay::Otlp, ExportWay::Log, ExportWay::Lines}) {
    Searched searched({.baggage_attributes = kFromBaggage,
                       .traces = way,
                       .logs = LogWay(way),
                       .metrics = {.way = way, .every_requests = 1}});
    for (int i = 0; i < 12; ++i) {
      searched.run(false);
    }
    (void)searched.telemetry().shutdown();
    CHECK(searched.used() >= 400);
    CHECK(searched.telemetry().report().traces.exported +
              searched.telemetry().report().traces.unknown >
          40);
    const Found found = searched.found();
    CHECK(searched.telemetry().report().measurements.rejected() == 0);
    CHECK(searched.telemetry().report().metrics.exported +
              searched.telemetry().report().metrics.unknown >
          40);
    CHECK(found.recording == 0);
    CHECK(found.memory == 0);
    CHECK(found.sent == 0);
    CHECK(found.lines == 0);
  }
}

TEST_CASE("each entry point alone keeps its secret out") {
  for (const canaries::EntryPoint& entry : canaries::entry_points()) {
    INFO(std::string(entry.name));
    auto memory = std::make_unique<Buffer<kBytes>>();
    fake_host().reset();
    Telemetry telemetry(*memory, kConfig);
    telemetry.serve_c_log();
    Span server = telemetry.start_span("s", {.kind = SpanKind::Server});
    Span client = server.start_child("c", {.kind = SpanKind::Client});
    canaries::Request request{telemetry, server, client};
    entry.give(request, canaries::Canary(entry.shape, 1).text());
    const auto* bytes = reinterpret_cast<const char*>(memory->data());
    const bool travels = std::string_view(entry.name) == "baggage";
    CHECK(canaries::count_marks({bytes, kBytes}) == (travels ? kTravelling : 0));
  }
  fake_host().reset();
}

TEST_CASE("without a policy every entry point but the last ones shows its secret") {
  for (const canaries::EntryPoint& entry : canaries::entry_points()) {
    INFO(std::string(entry.name));
    const std::string_view name = entry.name;
    if (name == "fragment" || name == "headers that are not listed") {
      continue;  // the second: no header is asked for where none is listed
    }
    auto memory = std::make_unique<Buffer<kBytes>>();
    fake_host().reset();
    Telemetry telemetry(*memory, {.baggage_attributes = kFromBaggage, .redaction = kNoRedaction});
    telemetry.serve_c_log();
    Span server = telemetry.start_span("s", {.kind = SpanKind::Server});
    Span client = server.start_child("c", {.kind = SpanKind::Client});
    canaries::Request request{telemetry, server, client};
    entry.give(request, canaries::Canary(entry.shape, 1).text());
    const auto* bytes = reinterpret_cast<const char*>(memory->data());
    CHECK(canaries::count_marks({bytes, kBytes}) != 0);
  }
  fake_host().reset();
}

TEST_CASE("a planted secret is found, wherever it went") {
  for (const ExportWay way : {ExportWay::Otlp, ExportWay::Log}) {
    Searched searched({.baggage_attributes = kFromBaggage, .traces = way});
    searched.run(true);
    const Found found = searched.found();
    CHECK(found.memory != 0);
    CHECK((way == ExportWay::Otlp ? found.sent : found.lines) != 0);
  }
}

TEST_CASE("who asks for metrics is told no secret either") {
  static constexpr Counter kNoted{"noted"};
  fake_host().reset();
  auto memory = std::make_unique<Buffer<kBytes>>();
  Telemetry telemetry(*memory, {.metrics = {.reader = MetricReader::pull()}});
  const std::uint32_t next = canaries::run_request(telemetry, 0, false);
  std::string page(64 * 1024, '\0');
  std::size_t size = write_prometheus(telemetry, PrometheusFormat::Text, page);
  CHECK(page.find("canaries_taken") < size);
  CHECK(canaries::count_marks({page.data(), size}) == 0);
  telemetry.add(kNoted, 1, {{"note", canaries::Canary(canaries::Shape::Text, next).text()}});
  size = write_prometheus(telemetry, PrometheusFormat::Text, page);
  CHECK(canaries::count_marks({page.data(), size}) == 2);
}

TEST_CASE("canaries differ, and leave nothing behind") {
  char memory[sizeof(canaries::Canary)];
  const canaries::Canary first(canaries::Shape::Hex, 1);
  const canaries::Canary second(canaries::Shape::Hex, 2);
  CHECK(first.text() != second.text());
  CHECK(canaries::count_marks({first.text().data(), first.text().size()}) == 2);
  auto* made = new (memory) canaries::Canary(canaries::Shape::Card, 3);
  CHECK(canaries::count_marks(memory) == 1);
  made->wipe();
  CHECK(canaries::count_marks(memory) == 0);
}

}  // namespace
