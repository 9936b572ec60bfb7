# The program that measures.
find_package(Wasmtime)
if(NOT Wasmtime_FOUND)
  message(WARNING "No wasmtime: no bench-run (toolchain/install/wasmtime.sh)")
  return()
endif()

# Without sanitizers: wasmtime has signal handlers and guard pages of its own.
add_executable(bench-run
  runner/figures.cpp
  runner/golden.cpp
  runner/guest.cpp
  runner/main.cpp
  runner/report.cpp)
target_compile_options(bench-run PRIVATE -fno-sanitize=all)
target_link_options(bench-run PRIVATE -fno-sanitize=all)
target_link_libraries(bench-run PRIVATE Wasmtime::wasmtime rapidjson afterglow_warnings)
