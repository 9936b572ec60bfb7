// Doubles as JSON numbers. RapidJSON finds the digits; only modules that record a double link this.

#include <afterglow/attribute.h>

#define RAPIDJSON_ASSERT(condition) static_cast<void>(0)
#include <rapidjson/internal/dtoa.h>

namespace afterglow::detail {

std::size_t format_double(double value, char* out) {
  return static_cast<std::size_t>(rapidjson::internal::dtoa(value, out) - out);
}

}  // namespace afterglow::detail
