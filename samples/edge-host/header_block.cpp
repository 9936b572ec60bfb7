#include "header_block.h"

#include <algorithm>

namespace edge_host {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_token_char(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
         kMarks.find(c) != kMarks.npos;
}

bool is_value_char(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_header_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), is_value_char);
}

bool is_target(std::string_view target) {
  return target.starts_with('/') && std::all_of(target.begin(), target.end(), [](char c) {
           return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
         });
}

bool is_header_block(std::string_view block) {
  if (block.empty()) {
    return true;
  }
  bool valid = block.ends_with('\0') && std::count(block.begin(), block.end(), '\0') % 2 == 0;
  for_each_header(block, [&valid](std::string_view name, std::string_view value) {
    valid = valid && is_token(name) && is_header_value(value);
  });
  return valid;
}

bool is_connection_header(std::string_view name) {
  return same_header_name(name, "content-length") || same_header_name(name, "connection") ||
         same_header_name(name, "transfer-encoding") || same_header_name(name, "keep-alive");
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

void append_header(std::string& block, std::string_view name, std::string_view value) {
  block.append(name).push_back('\0');
  block.append(value).push_back('\0');
}

void append_header_line(std::string& block, std::string_view line) {
  const auto colon = line.find(':');
  if (colon == line.npos) {
    return;
  }
  const std::string_view value = trim(line.substr(colon + 1));
  if (is_token(line.substr(0, colon)) && is_header_value(value)) {
    append_header(block, line.substr(0, colon), value);
  }
}

bool same_header_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool has_header(std::string_view block, std::string_view name) {
  bool found = false;
  for_each_header(block, [&](std::string_view each, std::string_view) {
    found = found || same_header_name(each, name);
  });
  return found;
}

}  // namespace edge_host
