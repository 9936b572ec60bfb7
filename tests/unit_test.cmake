# afterglow_add_unit_test(<name> SOURCES <file>… [LIBRARIES <target>…])
#
# A doctest program on the SDK and the fake host. It runs natively and, in WebAssembly builds, in
# wasmtime; it is built with the guest's dialect both times, so that native never allows what Wasm does
# not. Write `#include <doctest/doctest.h>` and TEST_CASEs; main() is in unit/doctest_main.cpp.
afterglow_header_only(doctest doctest doctest.h)
if(NOT TARGET doctest)
  message(FATAL_ERROR "The tests need doctest: run toolchain/install/native.sh, "
    "or configure with -DAFTERGLOW_TESTS=OFF")
endif()

# For every file that includes doctest.h.
add_library(afterglow_doctest INTERFACE)
target_link_libraries(afterglow_doctest INTERFACE doctest)
target_compile_definitions(afterglow_doctest INTERFACE
  DOCTEST_CONFIG_NO_EXCEPTIONS_BUT_WITH_ALL_ASSERTS DOCTEST_CONFIG_SUPER_FAST_ASSERTS)
# Its macros register tests by globals with constructors, and count with __COUNTER__.
target_compile_options(afterglow_doctest INTERFACE
  $<$<CXX_COMPILER_ID:Clang,AppleClang>:-Wno-global-constructors;-Wno-pedantic>)
if(AFTERGLOW_WASM)
  target_compile_definitions(afterglow_doctest INTERFACE _WASI_EMULATED_SIGNAL)
  target_link_options(afterglow_doctest INTERFACE -lwasi-emulated-signal)
endif()

add_library(afterglow_doctest_main OBJECT "${CMAKE_CURRENT_LIST_DIR}/unit/doctest_main.cpp")
target_compile_options(afterglow_doctest_main PRIVATE -fno-exceptions -fno-rtti)
target_compile_features(afterglow_doctest_main PRIVATE cxx_std_20)
target_link_libraries(afterglow_doctest_main PUBLIC afterglow_doctest)

function(afterglow_add_unit_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE
    afterglow_flags ${arg_LIBRARIES} afterglow::sdk afterglow::host_fake afterglow_doctest_main)
  target_link_options(${name} PRIVATE $<$<BOOL:${AFTERGLOW_WASM}>:-Wl,--fatal-warnings>)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS unit)
endfunction()
