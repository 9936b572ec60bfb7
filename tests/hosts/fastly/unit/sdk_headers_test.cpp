// The carrier for Fastly's C++ SDK, on types that have its shape: `get_header_all` gives an
// expected range of values with bytes.
#include <afterglow/carrier.h>
#include <doctest/doctest.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fastly_headers.h"

namespace {

struct Value {
  std::string text;
  [[nodiscard]] std::span<const std::uint8_t> bytes() const {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  }
};

struct Message {
  std::vector<std::pair<std::string, std::string>> lines;

  std::optional<std::vector<Value>> get_header_all(std::string_view name) {
    if (name.find(' ') != name.npos)
      return std::nullopt;
    std::vector<Value> values;
    for (const auto& [key, value] : lines) {
      if (key == name)
        values.push_back({value});
    }
    return values;
  }

  bool set_header(std::string_view name, std::string_view value) {
    std::erase_if(lines, [&](const auto& line) { return line.first == name; });
    lines.emplace_back(name, value);
    return true;
  }
};

std::vector<std::string> values_of(Message& message, std::string_view name) {
  std::vector<std::string> values;
  const afterglow::fastly::SdkHeaders headers{message};
  headers.for_each(name, [&](std::string_view value) { values.emplace_back(value); });
  return values;
}

}  // namespace

static_assert(afterglow::HeaderSource<afterglow::fastly::SdkHeaders<Message>>);
static_assert(afterglow::HeaderSink<afterglow::fastly::SdkHeaders<Message>>);
static_assert(afterglow::HeaderSource<afterglow::fastly::RequestHeaders>);
static_assert(afterglow::HeaderSink<afterglow::fastly::ResponseHeaders>);

TEST_CASE("each header line is seen, whatever its bytes") {
  Message message{{{"a", "1"}, {"b", "2"}, {"a", std::string("\0\xff", 2)}}};
  CHECK(values_of(message, "a") == std::vector<std::string>{"1", std::string("\0\xff", 2)});
  CHECK(values_of(message, "c").empty());
  CHECK(values_of(message, "not a name").empty());
}

TEST_CASE("a header that is set is the only one of its name") {
  Message message{{{"a", "1"}, {"a", "2"}}};
  afterglow::fastly::SdkHeaders headers{message};
  headers.set("a", "3");
  CHECK(values_of(message, "a") == std::vector<std::string>{"3"});
}
