// A command that does what its first argument says: what wasi-run and module_golden.py are tested
// with.
#include <cstdio>
#include <cstdlib>
#include <cstring>

int main(int argc, char** argv) {
  const char* job = argc > 1 ? argv[1] : "";
  if (std::strcmp(job, "exit") == 0 && argc > 2) {
    return std::atoi(argv[2]);
  }
  if (std::strcmp(job, "env") == 0 && argc > 2) {
    const char* value = std::getenv(argv[2]);
    std::puts(value != nullptr ? value : "(unset)");
    return 0;
  }
  if (std::strcmp(job, "trap") == 0) {
    __builtin_trap();
  }
  if (std::strcmp(job, "heap") == 0) {
    void* volatile block = std::malloc(1);
    std::free(block);
  }
  return 0;
}
