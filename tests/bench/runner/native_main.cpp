// Runs the scenarios as they are linked into this program.

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "native.h"
#include "report.h"

int main(int argc, char** argv) {
  using namespace afterglow::bench;
  Patience patience{.milliseconds = 300, .most_rounds = 1000};
  std::string file;
  for (int next = 1; next < argc; ++next) {
    const std::string_view argument = argv[next];
    if (argument == "--quick") {
      patience.milliseconds = 30;
    } else if (argument == "--json" && next + 1 < argc) {
      file = argv[++next];
    } else {
      const bool is_help = argument == "--help";
      std::fputs("Usage: bench-native [--quick] [--json FILE]\nRows go to FILE, or to stdout.\n",
                 is_help ? stdout : stderr);
      return is_help ? 0 : 2;
    }
  }
  try {
    Native subject;
    write_json(file, measure(subject, patience));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-native: %s\n", error.what());
    return 126;
  }
  return 0;
}
