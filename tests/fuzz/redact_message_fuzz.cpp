// `redact_message`: the first byte is a limit of characters (0 for none), the rest a message. What
// is written is what was judged, a limit cuts it, and a secret of each kind planted behind it does
// not come out.

#include <string>

#include "base/utf8.h"
#include "fuzz.h"
#include "redact/redactor.h"

namespace {

using namespace afterglow;
using namespace afterglow::redact;

std::string recorded(const std::string& text, std::uint32_t limit = Sink::kUnlimited) {
  Redactor redactor(kDefaultRedaction);
  const Decision decision = redactor.decide(Place::Message, {});
  const Judgement judged = redactor.judge(decision, text, limit);
  if (judged.verdict == Verdict::Keep) {
    return text.substr(0, text::truncate(text, limit));
  }
  std::vector<char> out(judged.length);  // of that size, so that the sanitizer sees every overrun
  redactor.write(decision, text, out);
  return {out.begin(), out.end()};
}

constexpr std::string_view kSecrets[] = {
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbDRudGVkIn0.c2lnbmF0dXJl", "pl4nted.person@example.com",
    "4111 1111 1111 1111", "5f4dcc3b5aa765d61d8327deb882cf99",
    "wJalrXUtnFEMIaK7MDENGabPxRfiCYEXAMPLEKEY"};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = recorded(text);
  if (data[0] != 0) {
    const std::string cut = recorded(text, data[0]);
    FUZZ_REQUIRE(cut == whole.substr(0, cut.size()));
    FUZZ_REQUIRE(cut.size() == text::truncate(whole, data[0]));
  }
  for (const std::string_view secret : kSecrets) {
    const std::string planted = text + "\n" + std::string(secret) + "\n" + text;
    if (text.find(secret) == std::string::npos) {
      FUZZ_REQUIRE(recorded(planted).find(secret) == std::string::npos);
    }
  }
  return 0;
}
