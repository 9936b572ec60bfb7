// Log lines: the first two bytes are the host's limit, then lines: the message, and keys and values
// in turn. Whatever is logged, what the host gets is one line, at most as long as the limit, that a
// strict reading of JSON takes, without a key twice, and whole where the limit leaves room.

#include <afterglow/afterglow.h>
#include <fake_host.h>

#include <set>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "fuzz.h"

namespace {

using namespace afterglow;

constinit Buffer<256 * 1024> memory;

// A strict reading of one JSON object. Stops the run where the text is none.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // The keys of the outermost object; what `message` and `truncated` are is kept.
  std::set<std::string> keys;
  std::string message;
  bool truncated = false;

  void read() {
    FUZZ_REQUIRE(text::is_valid(text_));
    take('{');
    if (peek() != '}') {
      do {
        const std::string key = string();
        FUZZ_REQUIRE(keys.insert(key).second);
        take(':');
        if (key == "message")
          message = string();
        else if (key == "truncated")
          truncated = literal("true");
        else
          value();
      } while (more('}'));
    }
    take('}');
    FUZZ_REQUIRE(at_ == text_.size());
  }

 private:
  char peek() {
    FUZZ_REQUIRE(at_ < text_.size());
    return text_[at_];
  }
  void take(char c) {
    FUZZ_REQUIRE(peek() == c);
    ++at_;
  }
  bool more(char end) {
    if (peek() == end)
      return false;
    take(',');
    return true;
  }
  bool literal(std::string_view word) {
    FUZZ_REQUIRE(text_.substr(at_, word.size()) == word);
    at_ += word.size();
    return true;
  }

  std::string string() {
    std::string out;
    take('"');
    while (peek() != '"') {
      const char c = text_[at_++];
      FUZZ_REQUIRE(static_cast<unsigned char>(c) >= 0x20);
      out += c == '\\' ? escaped() : c;
    }
    take('"');
    return out;
  }

  char escaped() {
    const std::string_view letters = "\"\\nrt";
    const char c = text_[at_++];
    if (c == 'u') {
      const int code = std::stoi(std::string(text_.substr(at_, 4)), nullptr, 16);
      FUZZ_REQUIRE(code < 0x20);
      at_ += 4;
      return static_cast<char>(code);
    }
    const std::size_t index = letters.find(c);
    FUZZ_REQUIRE(index != std::string_view::npos);
    return "\"\\\n\r\t"[index];
  }

  void value() {
    if (peek() == '"') {
      string();
      return;
    }
    FUZZ_REQUIRE(peek() >= '0' && peek() <= '9');
    while (peek() >= '0' && peek() <= '9')
      ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Invalid UTF-8 as U+FFFD, which is what lines and OTLP carry.
std::string replaced(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const text::CodePoint point = text::next_code_point(text.data(), text.data() + text.size());
    out += point.valid ? std::string(text.substr(0, point.length)) : "\xEF\xBF\xBD";
    text.remove_prefix(point.length);
  }
  return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2)
    return 0;
  const std::uint32_t limit = data[0] * 256U + data[1];
  fuzz::Texts lines = fuzz::lines_of(data + 2, size - 2);
  std::string message = fuzz::take_first(lines);
  for (char& c : message)
    c = c == '\v' ? '\n' : c;
  std::vector<Attribute> attributes;
  for (std::size_t i = 0; i + 1 < lines.size(); i += 2) {
    const std::string& text = lines[i + 1];
    if (!text::is_valid(lines[i]))
      continue;  // two of them may become one
    attributes.push_back({DynamicKey(lines[i]), std::string_view(text)});
  }

  host::FakeHost& host = host::fake_host();
  host.reset();
  host.host_traits.max_log_bytes = limit;
  Telemetry telemetry{
      memory,  // as it comes: what the policy does has targets of its own
      {.service_name = "fuzz", .redaction = kNoRedaction, .logs = ExportWay::Lines}};
  telemetry.log(Severity::Info, message, std::span<const Attribute>(attributes));
  const FlushReport report = telemetry.flush();
  FUZZ_REQUIRE(report.logs.balanced() && report.logs.recorded == 1);
  FUZZ_REQUIRE(telemetry.free_pages() == telemetry.page_count());
  if (host.line_count() == 0)
    return 0;
  FUZZ_REQUIRE(host.line_count() == 1);
  const std::string_view line = host.line(0);
  FUZZ_REQUIRE(limit == 0 || line.size() <= limit);
  Reader reader(line);
  reader.read();
  FUZZ_REQUIRE(reader.keys.count("timestamp") == 1 && reader.keys.count("severity") == 1);
  const std::string expected = replaced(message);
  if (!reader.truncated)
    FUZZ_REQUIRE(reader.message == expected);
  FUZZ_REQUIRE(expected.compare(0, reader.message.size(), reader.message) == 0);
  return 0;
}
