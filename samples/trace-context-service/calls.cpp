#include "calls.h"

#include <cstdint>
#include <cstring>

// The reader could own an allocator; ours is lent, so nothing may link `new` and `delete`.
#define RAPIDJSON_ASSERT(condition) static_cast<void>(0)
#define RAPIDJSON_NEW(type) nullptr
#define RAPIDJSON_DELETE(object) static_cast<void>(object)
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace service {
namespace {

/// Where the reader decodes strings, one at a time: none is longer than the body, so this never
/// grows.
class OneBlock {
 public:
  void* Malloc(std::size_t size) { return Realloc(nullptr, 0, size); }
  void* Realloc(void* /*old*/, std::size_t /*old_size*/, std::size_t size) {
    return size <= sizeof block_ ? block_ : nullptr;
  }
  static void Free(void* /*memory*/) {}

  static constexpr std::size_t kBytes = kMaxBodyBytes + 64;

 private:
  alignas(16) char block_[kBytes] = {};
};

constinit OneBlock decoded;

using Stream = rapidjson::MemoryStream;

/// Follows `[{"url":"…","arguments":[…]},…]`. Returning false ends the parse.
class ListHandler {
 public:
  ListHandler(std::span<char> body, const Stream& stream, Calls& out)
      : body_(body), stream_(stream), out_(out) {}

  const char* wrong = nullptr;
  [[nodiscard]] bool in_list() const { return depth_ != 0; }

  bool Null() { return scalar(); }
  bool Bool(bool /*value*/) { return scalar(); }
  bool Int(int /*value*/) { return scalar(); }
  bool Uint(unsigned /*value*/) { return scalar(); }
  bool Int64(std::int64_t /*value*/) { return scalar(); }
  bool Uint64(std::uint64_t /*value*/) { return scalar(); }
  bool Double(double /*value*/) { return scalar(); }
  bool RawNumber(const char* /*text*/, rapidjson::SizeType /*length*/, bool /*copy*/) {
    return scalar();
  }

  bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    if (depth_ != kInElement || member_ != Member::Url) {
      return scalar();
    }
    // The source of the string is read already and at least as long.
    char* const place = body_.data() + stream_.Tell() - 1 - length;
    std::memcpy(place, text, length);
    current_.text = {place, length};
    member_ = Member::Other;
    if (const char* reason = parse_url(current_.text, current_.url)) {
      return stop(reason);
    }
    return true;
  }

  bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    const std::string_view key(text, length);
    if (depth_ == kInElement) {
      member_ = key == "url" ? Member::Url : key == "arguments" ? Member::Arguments : Member::Other;
    }
    return true;
  }

  bool StartObject() {
    if (depth_ == kInElement && member_ != Member::Other) {
      return scalar();
    }
    if (depth_ == kInList) {
      current_ = {};
      member_ = Member::Other;
    }
    return depth_ == 0 ? stop(kNoArray) : deeper();
  }

  bool StartArray() {
    if (depth_ == kInList) {
      return stop(kNoObject);
    }
    if (depth_ == kInElement && member_ == Member::Url) {
      return stop(kNoUrl);
    }
    if (depth_ == kInElement && member_ == Member::Arguments) {
      begin_ = stream_.Tell() - 1;
    }
    return deeper();
  }

  bool EndObject(rapidjson::SizeType /*members*/) { return --depth_ != kInList || take_element(); }

  bool EndArray(rapidjson::SizeType /*elements*/) {
    if (--depth_ == kInElement && member_ == Member::Arguments) {
      current_.arguments = {body_.data() + begin_, stream_.Tell() - begin_};
      member_ = Member::Other;
    }
    return true;
  }

 private:
  enum class Member : std::uint8_t { Other, Url, Arguments };
  static constexpr unsigned kInList = 1;
  static constexpr unsigned kInElement = 2;
  static constexpr unsigned kMaxDepth = 64;
  static constexpr const char* kNoArray = "the body is not a JSON array";
  static constexpr const char* kNoObject = "it is not an object";
  static constexpr const char* kNoUrl = "its url is not a string";
  static constexpr const char* kNoArguments = "its arguments are not an array";

  bool stop(const char* reason) {
    wrong = reason;
    return false;
  }

  bool deeper() { return ++depth_ <= kMaxDepth || stop("it is nested too deeply"); }

  /// A value that is no place for a URL or arguments.
  bool scalar() {
    if (depth_ == 0) {
      return stop(kNoArray);
    }
    if (depth_ == kInList) {
      return stop(kNoObject);
    }
    if (depth_ == kInElement && member_ != Member::Other) {
      return stop(member_ == Member::Url ? kNoUrl : kNoArguments);
    }
    return true;
  }

  bool take_element() {
    if (current_.text.empty() || current_.arguments.empty()) {
      return stop(current_.text.empty() ? "it has no url" : "it has no arguments");
    }
    if (out_.count == kMaxCalls) {
      return stop("the list is too long");
    }
    out_.calls[out_.count++] = current_;
    return true;
  }

  const std::span<char> body_;
  const Stream& stream_;
  Calls& out_;
  Call current_;
  std::size_t begin_ = 0;
  unsigned depth_ = 0;
  Member member_ = Member::Other;
};

}  // namespace

Refusal read_calls(std::span<char> body, Calls& out) {
  out.count = 0;
  if (body.size() > kMaxBodyBytes) {
    return {"the body is too long", "at byte", kMaxBodyBytes};
  }
  using Utf8 = rapidjson::UTF8<>;
  constexpr unsigned kFlags =
      rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag;
  Stream stream(body.data(), body.size());
  ListHandler handler(body, stream, out);
  rapidjson::GenericReader<Utf8, Utf8, OneBlock> reader(&decoded, OneBlock::kBytes);
  reader.Parse<kFlags>(stream, handler);
  if (handler.wrong != nullptr && handler.in_list()) {
    return {handler.wrong, "in element", out.count + 1};
  }
  if (handler.wrong != nullptr) {
    return {handler.wrong, "at byte", reader.GetErrorOffset()};
  }
  if (reader.HasParseError()) {
    return {"the body is not JSON", "at byte", reader.GetErrorOffset()};
  }
  if (stream.Tell() != body.size()) {  // the reader takes a NUL for the end
    return {"the body is not JSON", "at byte", stream.Tell()};
  }
  return {};
}

}  // namespace service
