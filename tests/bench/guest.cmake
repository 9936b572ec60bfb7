# The module of scenarios, and the test of its fuel.
string(TOUPPER "${CMAKE_BUILD_TYPE}" config)
string(REGEX MATCH "-O[0-3gsz]" optimisation "${CMAKE_CXX_FLAGS_${config}}")

include(scenarios.cmake)
add_executable(bench_scenarios
  ${bench_scenario_files}
  guest/allocations.cpp
  guest/exports.cpp
  guest/real_host_wasi.cpp)
target_compile_definitions(bench_scenarios PRIVATE "AFTERGLOW_BENCH_OPTIMISATION=\"${optimisation}\"")
target_link_libraries(bench_scenarios PRIVATE afterglow::sdk rapidjson afterglow_flags afterglow_lto)
target_link_options(bench_scenarios PRIVATE -mexec-model=reactor -Wl,--stack-first)

# Figures exist for what is shipped only.
if(optimisation STREQUAL "-Oz")
  set(golden "${PROJECT_SOURCE_DIR}/tests/golden/fuel.txt")
  add_test(NAME bench.fuel
    COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/fuel.sh" --check "${golden}" $<TARGET_FILE:bench_scenarios>)
  set_tests_properties(bench.fuel PROPERTIES LABELS bench SKIP_RETURN_CODE 77)
  add_test(NAME bench.gate
    COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/gate_test.sh" $<TARGET_FILE:bench_scenarios>)
  set_tests_properties(bench.gate PROPERTIES LABELS bench SKIP_RETURN_CODE 77)
  add_custom_target(update-golden-fuel
    COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/fuel.sh" --update "${golden}" $<TARGET_FILE:bench_scenarios>
    DEPENDS bench_scenarios VERBATIM)
endif()

add_subdirectory(sizes)
