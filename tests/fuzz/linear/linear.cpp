// Gives one hostile value of so many bytes, or each in turn, to one piece of code, so that a runner
// which counts instructions can tell how they grow with the size. See linear.sh.
//
// Usage: linear.wasm WHAT BYTES [NUMBER]     NUMBER: of the value; all of them without it
//        linear.wasm values                  prints them, a line each

#include <afterglow/afterglow.h>
#include <fake_host.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "redact/redactor.h"

namespace {

using namespace afterglow;

constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;

constexpr std::string_view kPieces[] = {"aA1",
                                        "eyJ",
                                        "eyJa.",
                                        "1",
                                        "4111 ",
                                        "411-",
                                        "@",
                                        "a@b ",
                                        "%40",
                                        ".",
                                        "1.1.1.",
                                        ":",
                                        "1:2::",
                                        "%",
                                        "Bearer ",
                                        "bearer=",
                                        "0123456789abcdef ",
                                        "/a:b@",
                                        "//u:1/",
                                        ";a=b/",
                                        "a=b&",
                                        "\"",
                                        "\\\"",
                                        "{\"a\":[\"",
                                        "\x01",
                                        "\xff",
                                        "\xc3\xa9",
                                        "\\"};

constexpr ValueRule kAll[] = {{ValuePattern::LongBase64, RedactAction::Mask},
                              {ValuePattern::LongHex, RedactAction::Mask},
                              {ValuePattern::Ipv6, RedactAction::Mask},
                              {ValuePattern::Ipv4, RedactAction::Mask},
                              {ValuePattern::PaymentCard, RedactAction::Mask},
                              {ValuePattern::Email, RedactAction::Mask},
                              {ValuePattern::JsonWebToken, RedactAction::Mask},
                              {ValuePattern::BearerToken, RedactAction::Mask}};
constexpr RedactionPolicy kValues{.values = kAll};

constinit char given[kMaxBytes + 64];
constinit char written[8 * kMaxBytes];
constinit Buffer<16 * 1024 * 1024> memory;

std::string_view hostile(std::string_view begin, std::string_view piece, std::size_t bytes) {
  std::memcpy(given, begin.data(), begin.size());
  std::size_t size = begin.size();
  for (std::size_t i = 0; size < bytes; ++i) {
    given[size++] = piece[i % piece.size()];
  }
  return {given, size};
}

/// Judged and written, as a value that is recorded.
void redact(const RedactionPolicy& policy, redact::Place place, std::string_view key,
            std::string_view value) {
  redact::Redactor redactor(policy);
  const redact::Decision decision = redactor.decide(place, key);
  const redact::Judgement judged = redactor.judge(decision, value);
  if (judged.verdict == redact::Verdict::Replace && judged.length <= sizeof written) {
    redactor.write(decision, value, {written, judged.length});
  }
}

/// From the call to the host's log, or its collector.
void log_out(ExportWay way, std::string_view value) {
  Telemetry telemetry(memory, {.redaction = kNoRedaction,
                               .logs = way == ExportWay::Lines ? LogWay(ExportWay::Lines)
                                                               : LogWay(ExportWay::Otlp)});
  telemetry.log(Severity::Info, value);
  if (telemetry.flush().logs.dropped() != 0) {
    std::exit(1);  // not what was to be measured
  }
}

bool run(std::string_view what, std::string_view piece, std::size_t bytes) {
  using redact::Place;
  if (what == "message") {
    redact(kDefaultRedaction, Place::Message, {}, hostile({}, piece, bytes));
  } else if (what == "value") {
    redact(kValues, Place::Attribute, "a", hostile({}, piece, bytes));
  } else if (what == "url") {
    redact(kDefaultRedaction, Place::Attribute, "url.full", hostile("https://h/", piece, bytes));
  } else if (what == "authority") {
    redact(kDefaultRedaction, Place::Attribute, "url.full", hostile("https://", piece, bytes));
  } else if (what == "path") {
    redact(kDefaultRedaction, Place::Attribute, "url.path", hostile("/", piece, bytes));
  } else if (what == "query") {
    redact(kDefaultRedaction, Place::Attribute, "url.query", hostile({}, piece, bytes));
  } else if (what == "line") {
    log_out(ExportWay::Lines, hostile({}, piece, bytes));
  } else if (what == "document") {
    log_out(ExportWay::Otlp, hostile({}, piece, bytes));
  } else {
    (void)hostile({}, piece, bytes);  // "nothing": the price of the value itself
    return what == "nothing";
  }
  return true;
}

int print_values() {
  for (const std::string_view piece : kPieces) {
    for (const char c : piece) {
      const auto byte = static_cast<unsigned char>(c);
      std::printf(byte > ' ' && byte < 0x7f ? "%c" : "\\x%02x", byte);
    }
    std::puts("");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "values") == 0) {
    return print_values();
  }
  const std::size_t bytes = argc < 3 ? 0 : std::strtoul(argv[2], nullptr, 10);
  if (bytes == 0 || bytes > kMaxBytes) {
    return 2;
  }
  host::fake_host().reset();
  for (std::size_t i = 0; i < std::size(kPieces); ++i) {
    const bool is_wanted = argc < 4 || std::strtoul(argv[3], nullptr, 10) == i;
    if (is_wanted && !run(argv[1], kPieces[i], bytes)) {
      return 2;
    }
  }
  return 0;
}
