// The one file that implements doctest and its main(), natively and as a WASI command.

// Debian's libc++ for wasm32 is built without files, so <fstream> declares std::basic_fstream and
// never defines it, while doctest names std::fstream for its option --out. This stand-in opens
// nothing.
#if defined(__wasi__)
#include <ios>
#include <istream>
#include <version>
#if defined(_LIBCPP_HAS_FILESYSTEM) && !_LIBCPP_HAS_FILESYSTEM || defined(_LIBCPP_HAS_NO_FILESYSTEM)
namespace std {
template <>
class basic_fstream<char> : public iostream {
 public:
  basic_fstream() : iostream(nullptr) {}
  void open(const char*, ios_base::openmode) {}
  bool is_open() const { return false; }
  void close() {}
};
}  // namespace std
#endif
#endif

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
