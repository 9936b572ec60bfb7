# The programs that measure: bench-native runs the scenarios as they are linked into it, bench-run in
# modules under wasmtime. Both without sanitizers, whose cost is not ours; wasmtime has signal
# handlers and guard pages of its own.
string(TOUPPER "${CMAKE_BUILD_TYPE}" config)
string(REGEX MATCH "-O[0-3gsz]" optimisation "${CMAKE_CXX_FLAGS_${config}}")

add_library(bench_report OBJECT
  runner/figures.cpp
  runner/report.cpp)
target_link_libraries(bench_report PUBLIC rapidjson PRIVATE afterglow_warnings)
target_compile_options(bench_report PRIVATE -fno-sanitize=all)

include(scenarios.cmake)
add_executable(bench-native EXCLUDE_FROM_ALL
  ${bench_scenario_files}
  guest/real_host_native.cpp
  runner/native.cpp
  runner/native_main.cpp)
target_compile_definitions(bench-native PRIVATE "AFTERGLOW_BENCH_OPTIMISATION=\"${optimisation}\"")
target_link_libraries(bench-native PRIVATE bench_report afterglow::sdk afterglow_warnings)

find_package(Wasmtime)
if(NOT Wasmtime_FOUND)
  message(WARNING "No wasmtime: no bench-run (toolchain/install/wasmtime.sh)")
  return()
endif()

add_executable(bench-run
  runner/counts.cpp
  runner/golden.cpp
  runner/guest.cpp
  runner/main.cpp)
target_compile_options(bench-run PRIVATE -fno-sanitize=all)
target_link_options(bench-run PRIVATE -fno-sanitize=all)
target_link_libraries(bench-run PRIVATE Wasmtime::wasmtime bench_report afterglow_warnings)
