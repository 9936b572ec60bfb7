# Our compiler flags, on two INTERFACE targets that our own targets link PRIVATE and nobody exports
# (write $<BUILD_INTERFACE:…> around them in targets that are installed).
#
#   afterglow_warnings  warnings, as errors for developers: host-side programs
#   afterglow_flags     the same, and the dialect of guest code: no exceptions, no RTTI, and with
#                       clang no constructors or destructors of globals
#   afterglow_lto       modules are optimised as a whole when they are linked: smaller and faster

option(AFTERGLOW_WERROR "Treat warnings as errors" ${PROJECT_IS_TOP_LEVEL})
# Libraries then hold clang's bitcode: link them with the version of clang that made them.
option(AFTERGLOW_LTO "Optimise modules when they are linked (release builds for WebAssembly)" ON)

set(gnu_like $<CXX_COMPILER_ID:GNU,Clang,AppleClang>)
set(clang $<CXX_COMPILER_ID:Clang,AppleClang>)

add_library(afterglow_warnings INTERFACE)
target_compile_features(afterglow_warnings INTERFACE cxx_std_20)
target_compile_options(afterglow_warnings INTERFACE
  $<${gnu_like}:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wconversion;-Wsign-conversion>
  $<${gnu_like}:-Wcast-align;-Wcast-qual;-Wnon-virtual-dtor;-Wundef;-Wvla>
  $<${clang}:-Wimplicit-fallthrough;-Wunreachable-code>
  # Leaving the rest of an options struct at its defaults is how our API is meant to be called.
  $<${gnu_like}:-Wno-missing-field-initializers>
  $<$<AND:$<BOOL:${AFTERGLOW_WERROR}>,${gnu_like}>:-Werror>
  $<$<CXX_COMPILER_ID:MSVC>:/W4>)

add_library(afterglow_flags INTERFACE)
target_link_libraries(afterglow_flags INTERFACE afterglow_warnings)
target_compile_options(afterglow_flags INTERFACE
  $<${gnu_like}:-fno-exceptions;-fno-rtti;-ffunction-sections;-fdata-sections>
  $<${clang}:-Wglobal-constructors;-Wexit-time-destructors>)

add_library(afterglow_lto INTERFACE)
if(AFTERGLOW_WASM AND AFTERGLOW_LTO)
  target_compile_options(afterglow_lto INTERFACE $<$<NOT:$<CONFIG:Debug>>:-flto>)
endif()
