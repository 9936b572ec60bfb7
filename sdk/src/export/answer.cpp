#include "export/answer.h"

#include <cstddef>
#include <string_view>

// The reader could own an allocator; ours is lent, so nothing may link `new` and `delete`.
#define RAPIDJSON_ASSERT(condition) static_cast<void>(0)
#define RAPIDJSON_NEW(type) nullptr
#define RAPIDJSON_DELETE(object) static_cast<void>(object)
#include <rapidjson/reader.h>

namespace afterglow::exporter {
namespace {

// Parsing in place needs no memory: strings and numbers stay where they are. The reader asks for
// some only when it does not parse in place.
struct NoAllocator {
  void* Malloc(std::size_t /*size*/) { return nullptr; }
  void* Realloc(void* /*old*/, std::size_t /*old_size*/, std::size_t /*size*/) { return nullptr; }
  static void Free(void* /*memory*/) {}
};

std::uint64_t read_count(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9' || value > UINT64_MAX / 10 - 9) {
      return 0;
    }
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

// Follows `{"partialSuccess":{"rejected…":n,"errorMessage":"…"}}`. Returning false ends the parse,
// which is how nesting is bounded.
class AnswerHandler {
 public:
  PartialSuccess result;

  bool Null() { return true; }
  bool Bool(bool /*value*/) { return true; }
  bool Int(int /*value*/) { return true; }
  bool Uint(unsigned /*value*/) { return true; }
  bool Int64(std::int64_t /*value*/) { return true; }
  bool Uint64(std::uint64_t /*value*/) { return true; }
  bool Double(double /*value*/) { return true; }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    value({text, length});
    return true;
  }
  bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    value({text, length});
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    const std::string_view key(text, length);
    if (depth_ == 1) {
      in_partial_success_ = key == "partialSuccess";
    }
    is_count_ =
        key == "rejectedSpans" || key == "rejectedDataPoints" || key == "rejectedLogRecords";
    is_message_ = key == "errorMessage";
    return true;
  }
  bool StartObject() { return ++depth_ <= kMaxDepth; }
  bool EndObject(rapidjson::SizeType /*members*/) { return leave(); }
  bool StartArray() { return ++depth_ <= kMaxDepth; }
  bool EndArray(rapidjson::SizeType /*elements*/) { return leave(); }

 private:
  static constexpr unsigned kMaxDepth = 16;

  // What an answer says counts once it is complete: a number that was cut is another number.
  bool leave() {
    if (depth_-- == 2 && in_partial_success_) {
      result = pending_;
    }
    return true;
  }

  void value(std::string_view text) {
    if (!in_partial_success_ || depth_ != 2) {
      return;
    }
    if (is_count_) {
      pending_.rejected = read_count(text);
    }
    if (is_message_) {
      pending_.has_message = !text.empty();
    }
  }

  PartialSuccess pending_;
  unsigned depth_ = 0;
  bool in_partial_success_ = false;
  bool is_count_ = false;
  bool is_message_ = false;
};

}  // namespace

PartialSuccess read_partial_success(std::span<char> body) {
  if (body.size() < 2) {
    return {};
  }
  body.back() = '\0';  // the stream ends at a NUL; a full buffer is a cut answer anyway
  using Utf8 = rapidjson::UTF8<>;
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
  NoAllocator allocator;
  rapidjson::GenericReader<Utf8, Utf8, NoAllocator> reader(&allocator, 0);
  rapidjson::GenericInsituStringStream<Utf8> stream(body.data());
  AnswerHandler handler;
  reader.Parse<kFlags>(stream, handler);
  return handler.result;
}

}  // namespace afterglow::exporter
