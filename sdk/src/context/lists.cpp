#include "context/lists.h"

namespace afterglow::context {

void trim_ows(std::string_view& text) {
  const char* begin = text.data();
  std::size_t size = text.size();
  while (size != 0 && is_ows(begin[size - 1])) {
    --size;
  }
  while (size != 0 && is_ows(*begin)) {
    ++begin;
    --size;
  }
  text = {begin, size};
}

std::string_view take_until(std::string_view& rest, char separator) {
  const char* const begin = rest.data();
  const std::size_t size = rest.size();
  std::size_t length = 0;
  while (length != size && begin[length] != separator) {
    ++length;
  }
  const std::size_t taken = length == size ? length : length + 1;
  rest = {begin + taken, size - taken};
  return {begin, length};
}

bool take_member(std::string_view& rest, std::string_view& member) {
  while (!rest.empty()) {
    member = take_until(rest, ',');
    trim_ows(member);
    if (!member.empty()) {
      return true;
    }
  }
  return false;
}

}  // namespace afterglow::context
