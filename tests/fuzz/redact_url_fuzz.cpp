// `redact_url`: the input is a URL, a query or a path, by its first byte. Whatever it is: judging
// and writing agree, nothing is written beside the memory, and a password and a value planted
// around it do not come out.

#include <string>

#include "fuzz.h"
#include "redact/redactor.h"

namespace {

using namespace afterglow;
using namespace afterglow::redact;

std::string recorded(std::string_view key, const std::string& text) {
  Redactor redactor(kDefaultRedaction);
  const Decision decision = redactor.decide(Place::Attribute, key);
  const Judgement judged = redactor.judge(decision, text);
  if (judged.verdict == Verdict::Keep) {
    FUZZ_REQUIRE(redactor.counts().of(RedactionKind::UrlUserInfo) == 0);
    FUZZ_REQUIRE(redactor.counts().of(RedactionKind::QueryParameter) == 0);
    return text;
  }
  FUZZ_REQUIRE(judged.verdict == Verdict::Replace);
  std::vector<char> out(judged.length);  // of that size, so that the sanitizer sees every overrun
  redactor.write(decision, text, out);
  return {out.begin(), out.end()};
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kKeys[] = {"url.full", "url.query", "url.path"};
  if (size == 0) {
    return 0;
  }
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string once = recorded(kKeys[data[0] % 3], text);
  (void)recorded(kKeys[data[0] % 3], once);

  constexpr std::string_view kSecret = "pl4nted";
  if (has(text, kSecret)) {
    return 0;
  }
  const std::string secret(kSecret);
  FUZZ_REQUIRE(!has(recorded("url.full", "https://u:" + secret + "@" + text), kSecret));
  FUZZ_REQUIRE(!has(recorded("url.full", "https://example.com/?a=" + secret + text), kSecret));
  FUZZ_REQUIRE(!has(recorded("url.query", text + "&a=" + secret), kSecret));
  FUZZ_REQUIRE(!has(recorded("url.full", "https://example.com/#" + text + secret), kSecret));
  if (!has(text, "=")) {  // a password with what may end an authority, but for a query
    FUZZ_REQUIRE(!has(recorded("url.full", "https://u:" + secret + "/" + text + "@h/"), kSecret));
    FUZZ_REQUIRE(!has(recorded("url.full", "https://u:" + text + "/" + secret + "@h/"), kSecret));
    FUZZ_REQUIRE(!has(recorded("url.full", "//u:12/" + secret + text + "@h/"), kSecret));
  }
  if (text.find_first_of("?#") == std::string::npos) {
    const std::string start = "/to/https://u:" + text;
    FUZZ_REQUIRE(!has(recorded("url.path", start + "/" + secret + "@h/"), kSecret));
    FUZZ_REQUIRE(!has(recorded("url.path", start + ";" + secret + "@h/"), kSecret));
  }
  return 0;
}
