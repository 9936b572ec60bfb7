#pragma once

// Reading OTLP/JSON with its rules checked: what breaks one throws `std::invalid_argument`, which
// says what is wrong.

#include <rapidjson/document.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace demo {

using Json = rapidjson::Value;

[[noreturn]] void refuse(const std::string& what);

/// Parse `json` and hand it to `read`. False on bad input, also where `read` refuses, and `error`
/// says what is wrong.
template <class Read>
bool read_document(std::string_view json, std::string& error, Read&& read);

/// Null where there is none.
const Json* member(const Json& object, const char* name);

/// Absent is empty, absent is 0.
std::string text_of(const Json& object, const char* name);
int small_number_of(const Json& object, const char* name);

/// 64-bit integers are decimal strings in OTLP/JSON; numbers are to be accepted too. Must be there.
std::uint64_t count_of(const Json& object, const char* name);
std::uint64_t count_of(const Json& value, const std::string& what);
std::int64_t integer_of(const Json& object, const char* name);
/// Must be there.
double real_of(const Json& object, const char* name);

template <class Visit>
void for_each(const Json& object, const char* name, Visit&& visit) {
  const Json* list = member(object, name);
  if (list == nullptr) {
    return;
  }
  if (!list->IsArray()) {
    refuse(std::string(name) + " is not an array");
  }
  for (const Json& item : list->GetArray()) {
    visit(item);
  }
}

/// The value of an attribute of a resource that is a string; else `otherwise`.
std::string resource_text(const Json& resource_item, std::string_view key, std::string otherwise);

/// What is wrong with the syntax of `json`, parsed to `document`; empty when nothing is.
std::string parse(std::string_view json, rapidjson::Document& document);

template <class Read>
bool read_document(std::string_view json, std::string& error, Read&& read) {
  rapidjson::Document document;
  error = parse(json, document);
  if (!error.empty()) {
    return false;
  }
  try {
    read(document);
    return true;
  } catch (const std::invalid_argument& refused) {
    error = refused.what();
    return false;
  }
}

}  // namespace demo
