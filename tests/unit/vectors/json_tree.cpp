#include "vectors/json_tree.h"

#include <rapidjson/reader.h>

namespace vectors {
namespace {

/// Builds the tree while RapidJSON reads. Returning false ends the parse.
class TreeBuilder {
 public:
  Json root;

  bool Null() { return add({}); }
  bool Bool(bool value) {
    Json json{.type = Json::Type::Bool};
    json.boolean = value;
    return add(json);
  }
  bool Uint(unsigned value) {
    Json json{.type = Json::Type::Number};
    json.number = value;
    return add(json);
  }
  bool Int(int /*value*/) { return false; }
  bool Int64(std::int64_t /*value*/) { return false; }
  bool Uint64(std::uint64_t /*value*/) { return false; }
  bool Double(double /*value*/) { return false; }
  bool RawNumber(const char* /*text*/, rapidjson::SizeType /*length*/, bool /*copy*/) {
    return false;
  }
  bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    Json json{.type = Json::Type::String};
    json.text.assign(text, length);
    return add(json);
  }
  bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    open_.back().keys.emplace_back(text, length);
    return true;
  }
  bool StartObject() { return begin(Json::Type::Object); }
  bool EndObject(rapidjson::SizeType /*count*/) { return end(); }
  bool StartArray() { return begin(Json::Type::Array); }
  bool EndArray(rapidjson::SizeType /*count*/) { return end(); }

 private:
  bool begin(Json::Type type) {
    open_.push_back({.type = type});
    return true;
  }
  bool end() {
    const Json closed = open_.back();
    open_.pop_back();
    return add(closed);
  }
  bool add(const Json& json) {
    if (open_.empty()) {
      root = json;
    } else {
      open_.back().items.push_back(json);
    }
    return true;
  }

  std::vector<Json> open_;
};

}  // namespace

Json parse_json(std::string_view document) {
  TreeBuilder builder;
  const std::string text(document);  // ends with the zero that the reader needs
  rapidjson::StringStream stream(text.c_str());
  rapidjson::Reader reader;
  return reader.Parse(stream, builder) ? builder.root : Json{};
}

}  // namespace vectors
