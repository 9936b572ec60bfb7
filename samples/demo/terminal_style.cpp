#include "terminal_style.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace demo {

namespace {

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      const std::string_view locale = value;
      return locale.find("UTF-8") != locale.npos || locale.find("utf8") != locale.npos;
    }
  }
  return false;
}

}  // namespace

TerminalStyle style_of(int file_descriptor) {
  TerminalStyle style;
  style.unicode = locale_is_utf8();
  if (isatty(file_descriptor) == 0) {
    return style;
  }
  const char* no_colour = std::getenv("NO_COLOR");
  style.colour = no_colour == nullptr || *no_colour == '\0';
  winsize size{};
  if (ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = std::min<std::size_t>(size.ws_col, 200);
  }
  return style;
}

}  // namespace demo
