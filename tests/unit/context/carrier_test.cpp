// What counts as a header carrier, and that one which follows the documentation shows every line.

#include <afterglow/carrier.h>
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using afterglow::HeaderSink;
using afterglow::HeaderSource;

struct Line {
  std::string name;
  std::string value;
};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  if (a.size() != b.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i]))
      return false;
  }
  return true;
}

/// The carrier of the header's example.
struct Lines {
  std::vector<Line>& lines;

  template <typename F>
  void for_each(std::string_view name, F f) const {
    for (const Line& line : lines) {
      if (equal_ignoring_case(line.name, name))
        f(std::string_view(line.value));
    }
  }

  void set(std::string_view name, std::string_view value) {
    std::erase_if(lines, [&](const Line& line) { return equal_ignoring_case(line.name, name); });
    lines.push_back({std::string(name), std::string(value)});
  }
};

struct SourceOnly {
  template <typename F>
  void for_each(std::string_view, F&&) const {}
};
struct SinkOnly {
  void set(std::string_view, std::string_view) {}
};
struct MutableSource {
  template <typename F>
  void for_each(std::string_view, F) {}
};
struct SingleValueSource {
  std::string_view get(std::string_view) const { return {}; }
};
struct SinkOfNumbers {
  void set(std::string_view, int) {}
};

static_assert(HeaderSource<Lines> && HeaderSink<Lines>);
static_assert(HeaderSource<SourceOnly> && !HeaderSink<SourceOnly>);
static_assert(HeaderSink<SinkOnly> && !HeaderSource<SinkOnly>);
static_assert(!HeaderSource<MutableSource>, "reading headers does not change them");
static_assert(!HeaderSource<SingleValueSource>, "a single value would hide a duplicate");
static_assert(!HeaderSink<SinkOfNumbers> && !HeaderSink<int> && !HeaderSource<int>);

std::vector<std::string> values_of(const Lines& carrier, std::string_view name) {
  std::vector<std::string> values;
  carrier.for_each(name, [&](std::string_view value) { values.emplace_back(value); });
  return values;
}

}  // namespace

TEST_CASE("the documented carrier shows every line of a name, in order, whatever its case") {
  std::vector<Line> lines = {{"TraceState", "a=1"}, {"traceparent", "x"},  {"trace-state", "no"},
                             {"trace.state", "no"}, {"tracestates", "no"}, {"tracestate", "b=2"},
                             {"TRACESTATE", ""}};
  const Lines carrier{lines};
  CHECK(values_of(carrier, "tracestate") == std::vector<std::string>{"a=1", "b=2", ""});
  CHECK(values_of(carrier, "baggage").empty());
}

TEST_CASE("the documented carrier replaces all lines of a name") {
  std::vector<Line> lines = {{"TraceState", "a=1"}, {"tracestate", "b=2"}, {"host", "here"}};
  Lines carrier{lines};
  carrier.set("tracestate", "c=3");
  CHECK(values_of(carrier, "tracestate") == std::vector<std::string>{"c=3"});
  CHECK(values_of(carrier, "host") == std::vector<std::string>{"here"});
  CHECK(lines.size() == 2);
}
