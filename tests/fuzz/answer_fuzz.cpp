// A collector's answer, which is the whole input, says what it says where RapidJSON reads it: up to
// the end or to the first mistake.

#include <rapidjson/reader.h>

#include <string>
#include <string_view>
#include <vector>

#include "export/answer.h"
#include "fuzz.h"

namespace {

using afterglow::exporter::PartialSuccess;

std::uint64_t count_of(std::string_view text) {
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || value > UINT64_MAX / 10 - 9)
      return 0;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

bool is_of_word(char c) {
  return (c >= '-' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+';
}

// Follows `{"partialSuccess":{"rejected…":n,"errorMessage":"…"}}`: the names of the objects that
// are open, "[" for an array, and what the member is called that comes next.
class Reference : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Reference> {
 public:
  PartialSuccess result;

  bool Default() { return value("", false); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    return value({text, length}, false);
  }
  bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    return value({text, length}, true);
  }
  bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    next_.assign(text, length);
    return true;
  }
  bool StartObject() { return enter("{" + next_); }
  bool StartArray() { return enter("["); }
  bool EndObject(rapidjson::SizeType /*members*/) {
    const bool is_known = is_in_partial_success();
    open_.pop_back();
    if (is_known)
      result = pending_;
    return true;
  }
  bool EndArray(rapidjson::SizeType /*elements*/) {
    open_.pop_back();
    return true;
  }

 private:
  bool enter(const std::string& name) {
    open_.push_back(name);
    next_.clear();
    return open_.size() <= 16;
  }

  [[nodiscard]] bool is_in_partial_success() const {
    return open_.size() == 2 && open_[0] == "{" && open_[1] == "{partialSuccess";
  }

  bool value(std::string_view text, bool is_string) {
    if (is_in_partial_success()) {
      if (next_ == "rejectedSpans" || next_ == "rejectedDataPoints" ||
          next_ == "rejectedLogRecords")
        pending_.rejected = count_of(text);
      if (next_ == "errorMessage")
        pending_.has_message = is_string && !text.empty();
    }
    return true;
  }

  PartialSuccess pending_;
  std::vector<std::string> open_;
  std::string next_;
};

// We pass over mistakes in numbers, words and escapes.
bool is_passed_over(const std::string& text, const rapidjson::Reader& reader) {
  switch (reader.GetParseErrorCode()) {
    case rapidjson::kParseErrorNumberTooBig:
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
    case rapidjson::kParseErrorStringEscapeInvalid:
      return true;
    default:
      break;
  }
  const std::size_t at = reader.GetErrorOffset();
  return is_of_word(text[at]) || (at != 0 && is_of_word(text[at - 1]));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<char> body(data, data + size);
  std::string text(body.begin(), body.end());
  if (size > 1)
    text.back() = '\0';
  const std::string whole = text;
  const PartialSuccess answer = afterglow::exporter::read_partial_success(body);
  Reference reference;
  rapidjson::Reader reader;
  rapidjson::InsituStringStream stream(text.data());
  reader.Parse<rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag>(stream,
                                                                                    reference);
  if (reader.HasParseError() && is_passed_over(whole, reader))
    return 0;
  FUZZ_REQUIRE(answer.rejected == reference.result.rejected);
  FUZZ_REQUIRE(answer.has_message == reference.result.has_message);
  return 0;
}
