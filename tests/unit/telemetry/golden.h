#pragma once

// Compares a document with its golden file, or, with AFTERGLOW_UPDATE_GOLDEN=<folder> in the
// environment of a native test, writes that file.

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace afterglow::test {

inline void check_golden(const char* name, std::string_view document, std::string_view golden) {
#if !defined(__wasi__)
  if (const char* folder = std::getenv("AFTERGLOW_UPDATE_GOLDEN"); folder != nullptr) {
    const std::string path = std::string(folder) + "/" + name + ".json";
    std::FILE* file = std::fopen(path.c_str(), "wb");
    REQUIRE(file != nullptr);
    std::fwrite(document.data(), 1, document.size(), file);
    std::fputc('\n', file);
    std::fclose(file);
    return;
  }
#endif
  CAPTURE(name);
  CHECK(document == golden);
}

}  // namespace afterglow::test
