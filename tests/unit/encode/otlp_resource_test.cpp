// The resource: who wins, what is left out, and that it is always whole JSON.

#include "encode/otlp_resource.h"

#include <doctest/doctest.h>

#include <span>
#include <string>
#include <vector>

namespace {

using afterglow::Attribute;
using afterglow::DynamicKey;
using afterglow::encode::JsonWriter;
using afterglow::encode::Resource;

std::string entry(const std::string& key, const std::string& value) {
  return "{\"key\":\"" + key + "\",\"value\":{\"stringValue\":\"" + value + "\"}}";
}

TEST_CASE("an empty resource is a whole one") {
  char memory[512];
  JsonWriter out(memory);
  Resource resource(out, {});
  resource.close();
  CHECK(out.text() == R"({"attributes":[]})");
  CHECK(resource.dropped() == 0);
}

TEST_CASE("the program wins, then who comes first; empty values say nothing") {
  const Attribute own[] = {{"service.name", "code"}, {"a", 1}};
  char memory[1024];
  JsonWriter out(memory);
  Resource resource(out, own);
  resource.add("service.name", "environment");
  resource.add("service.version", "");
  resource.add("service.version", "1");
  resource.add("service.version", "2");
  resource.add_own();
  resource.add_detected("a", "platform");
  resource.add_detected("service.version", "platform");
  resource.add_detected("", "no key");
  resource.add_detected("empty", "");
  resource.add_detected("host.name", "edge-\"1\"");
  resource.close();
  CHECK(out.text() == "{\"attributes\":[" + entry("service.name", "code") + "," +
                          entry("service.version", "1") +
                          R"(,{"key":"a","value":{"intValue":"1"}},)" +
                          entry("host.name", "edge-\\\"1\\\"") + "]}");
}

TEST_CASE("of a key that the program lists twice the last value wins") {
  const Attribute own[] = {{"a", "first"}, {"b", "b"}, {DynamicKey("a"), "last"}};
  char memory[512];
  JsonWriter out(memory);
  Resource resource(out, own);
  resource.add_own();
  resource.close();
  CHECK(out.text() == "{\"attributes\":[" + entry("b", "b") + "," + entry("a", "last") + "]}");
}

TEST_CASE("a platform that repeats itself is heard once") {
  const Attribute inner[] = {{"a", "nested"}};
  const Attribute own[] = {{"map", std::span<const Attribute>(inner)}};
  char memory[512];
  JsonWriter out(memory);
  Resource resource(out, own);
  resource.add_own();
  resource.add_detected("a", "1");
  resource.add_detected("b", R"({"key":"c","value":)");
  resource.add_detected("a", "2");
  resource.add_detected("c", "3");
  resource.add_detected("\xFF", "4");
  resource.add_detected("\xFE", "5");  // the same once repaired
  resource.close();
  const std::string nested =
      R"({"key":"map","value":{"kvlistValue":{"values":[)" + entry("a", "nested") + "]}}},";
  CHECK(out.text() == "{\"attributes\":[" + nested + entry("a", "1") + "," +
                          entry("b", R"({\"key\":\"c\",\"value\":)") + "," + entry("c", "3") + "," +
                          entry("\xEF\xBF\xBD", "4") + "]}");
  CHECK(resource.dropped() == 0);
}

TEST_CASE("what does not fit is left out whole and counted; what is smaller still comes in") {
  const std::string large(600, 'x');
  const Attribute own[] = {{"first", "1"}, {"large", large}, {"second", "2"}};
  char memory[128];
  JsonWriter out(memory);
  Resource resource(out, own);
  resource.add_own();
  resource.add_detected("also.large", large);
  resource.close();
  CHECK(out.text() ==
        "{\"attributes\":[" + entry("first", "1") + "," + entry("second", "2") + "]}");
  CHECK(resource.dropped() == 2);
}

TEST_CASE("what must be there is not pushed out by what may be there") {
  const std::string large(600, 'x');
  const Attribute own[] = {{"service.name", large}, {"filler", std::string_view(large).data()}};
  char memory[128];
  JsonWriter out(memory);
  Resource resource(out, own);
  resource.add("service.name", large);
  resource.add("service.name", "unknown_service");
  resource.add_own();
  resource.close();
  CHECK(out.text() == "{\"attributes\":[" + entry("service.name", "unknown_service") + "]}");
}

TEST_CASE("at every capacity the resource is closed, and writes nothing beyond its end") {
  const Attribute own[] = {{"a", "1"}, {"b", "22"}};
  for (std::size_t capacity = 17; capacity < 140; ++capacity) {
    CAPTURE(capacity);
    std::vector<char> memory(capacity + 8, '~');
    JsonWriter out({memory.data(), capacity});
    Resource resource(out, own);
    resource.add("c", "333");
    resource.add_own();
    resource.close();
    REQUIRE_FALSE(out.failed());
    const std::string text(out.text());
    REQUIRE(text.starts_with("{\"attributes\":["));
    REQUIRE(text.ends_with("]}"));
    std::size_t entries = 0;
    for (std::size_t at = text.find("{\"key\":"); at != std::string::npos;
         at = text.find("{\"key\":", at + 1)) {
      ++entries;
    }
    REQUIRE(entries + resource.dropped() == 3);
    for (std::size_t i = capacity; i < memory.size(); ++i) {
      REQUIRE(memory[i] == '~');
    }
  }
}

}  // namespace
