# Finds wasmtime's C and C++ API and makes the imported target Wasmtime::wasmtime.
#
#   WASMTIME_DIR     a folder with include/wasmtime.hh and lib/libwasmtime.so (CMake or environment);
#                    nothing else is looked at when it is set
#   the cache        else what toolchain/install/wasmtime.sh left in AFTERGLOW_CACHE
#   AFTERGLOW_FETCH  else, when ON, that script is run
#
# Sets Wasmtime_FOUND and Wasmtime_DIRECTORY.

set(wasmtime_installer "${CMAKE_CURRENT_LIST_DIR}/install/wasmtime.sh")
set(wasmtime_advice
  "Run ${wasmtime_installer}, or set WASMTIME_DIR to a folder with include/wasmtime.hh and lib/libwasmtime.so.")

if(NOT WASMTIME_DIR AND DEFINED ENV{WASMTIME_DIR})
  set(WASMTIME_DIR "$ENV{WASMTIME_DIR}")
endif()
if(WASMTIME_DIR)
  set(Wasmtime_DIRECTORY "${WASMTIME_DIR}")
else()
  file(STRINGS "${wasmtime_installer}" wasmtime_version REGEX "^readonly kVersion=")
  string(REGEX REPLACE "^.*=" "" wasmtime_version "${wasmtime_version}")
  set(wasmtime_cache "$ENV{AFTERGLOW_CACHE}")
  if(NOT wasmtime_cache)
    set(wasmtime_cache "$ENV{HOME}/.cache/afterglow")
  endif()
  set(Wasmtime_DIRECTORY "${wasmtime_cache}/wasmtime-${wasmtime_version}")
  if(AFTERGLOW_FETCH AND NOT EXISTS "${Wasmtime_DIRECTORY}")
    message(STATUS "Fetching wasmtime ${wasmtime_version}")
    execute_process(COMMAND "${wasmtime_installer}" RESULT_VARIABLE wasmtime_failed OUTPUT_QUIET)
    if(wasmtime_failed)
      set(wasmtime_advice "Fetching it failed, see above. ${wasmtime_advice}")
    endif()
  endif()
endif()

find_file(Wasmtime_HEADER include/wasmtime.hh PATHS "${Wasmtime_DIRECTORY}" NO_DEFAULT_PATH NO_CACHE)
find_file(Wasmtime_LIBRARY NAMES lib/libwasmtime.so lib/libwasmtime.dylib
  PATHS "${Wasmtime_DIRECTORY}" NO_DEFAULT_PATH NO_CACHE)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Wasmtime
  REQUIRED_VARS Wasmtime_HEADER Wasmtime_LIBRARY REASON_FAILURE_MESSAGE "${wasmtime_advice}")

if(Wasmtime_FOUND AND NOT TARGET Wasmtime::wasmtime)
  add_library(Wasmtime::wasmtime SHARED IMPORTED GLOBAL)
  # The library carries no SONAME: without this property its full path would be needed at run time.
  set_target_properties(Wasmtime::wasmtime PROPERTIES
    IMPORTED_LOCATION "${Wasmtime_LIBRARY}" IMPORTED_NO_SONAME ON
    INTERFACE_INCLUDE_DIRECTORIES "${Wasmtime_DIRECTORY}/include")
  # CMake sets a build rpath for the folder of an imported shared library by itself.
endif()
