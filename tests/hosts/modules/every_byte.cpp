#include "every_byte.h"

#include <string_view>

namespace every_byte {
namespace {

using namespace std::string_view_literals;

constexpr unsigned kPerGroup = 32;

// test_every_byte.py has the same list.
constexpr std::string_view kSequences[] = {
    ""sv,
    "\n"sv,
    "\r\n{\"severity\":\"FAKE\"}\n"sv,
    "\"}\n{\"message\":\"fake\""sv,
    "\\\"\\\\\\n\\u0000"sv,
    "\0\0\0"sv,
    "caf\xc3\xa9 \xe2\x80\xa8\xe2\x80\xa9 \xf0\x9f\x8c\x85"sv,
    "a\xc3"sv,
    "\xed\xa0\x80"sv,
    "\xc0\x80"sv,
    "\xf4\x90\x80\x80"sv,
    "\xe2\x80z"sv,
    "\x1b[31mred\x7f"sv};

void log_text(afterglow::Telemetry& telemetry, std::string_view text) {
  telemetry.log(afterglow::Severity::Info, text, {{"text", text}});
}

}  // namespace

void log_group(afterglow::Telemetry& telemetry, unsigned group) {
  char text[256];
  if (group + 1 < kGroups) {
    for (unsigned i = 0; i < kPerGroup; ++i) {
      text[0] = 'a';
      text[1] = static_cast<char>(group * kPerGroup + i);
      text[2] = 'z';
      log_text(telemetry, {text, 3});
    }
    return;
  }
  for (unsigned i = 0; i < sizeof text; ++i) {
    text[i] = static_cast<char>(i);
  }
  log_text(telemetry, {text, sizeof text});
  for (const std::string_view sequence : kSequences) {
    log_text(telemetry, sequence);
  }
}

}  // namespace every_byte
