# CMake toolchain file: C++ to core WebAssembly with WASI preview 1, by one of two compilers.
#
#   WASI_SDK_PATH  a wasi-sdk, when this variable (CMake or environment) is set
#   otherwise      clang 22 with Debian's wasi-libc and libc++ (toolchain/install/wasm-clang.sh)
#
# Modules built with it run by toolchain/run-wasm.sh, which CMake uses for tests.

# "Generic" because CMake 3.25 knows no system of this name; ask for the processor to tell Wasm.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)

if(NOT WASI_SDK_PATH AND DEFINED ENV{WASI_SDK_PATH})
  set(WASI_SDK_PATH "$ENV{WASI_SDK_PATH}")
endif()
# The compiler checks of CMake run in a project of their own and have to learn the choice.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WASI_SDK_PATH)

if(WASI_SDK_PATH)
  if(NOT EXISTS "${WASI_SDK_PATH}/bin/clang++")
    message(FATAL_ERROR
      "WASI_SDK_PATH is '${WASI_SDK_PATH}', but there is no bin/clang++ in it.\n"
      "Let it name the folder of an unpacked wasi-sdk, or unset it and run "
      "toolchain/install/wasm-clang.sh to use clang 22 from Debian.")
  endif()
  set(CMAKE_CXX_COMPILER "${WASI_SDK_PATH}/bin/clang++")
  set(CMAKE_CXX_COMPILER_TARGET wasm32-wasip1)
  set(CMAKE_SYSROOT "${WASI_SDK_PATH}/share/wasi-sysroot")
  find_program(CMAKE_AR NAMES llvm-ar ar HINTS "${WASI_SDK_PATH}/bin" REQUIRED)
  find_program(CMAKE_RANLIB NAMES llvm-ranlib ranlib HINTS "${WASI_SDK_PATH}/bin" REQUIRED)
else()
  find_program(AFTERGLOW_CLANG NAMES clang++-22 DOC "clang 22 for wasm32-wasi")
  if(NOT AFTERGLOW_CLANG OR NOT EXISTS /usr/include/wasm32-wasi)
    message(FATAL_ERROR
      "No compiler for WebAssembly. Either of two ways:\n"
      "  1. set WASI_SDK_PATH to the folder of an unpacked wasi-sdk, or\n"
      "  2. run toolchain/install/wasm-clang.sh, which installs clang 22 and its WASI libraries "
      "from Debian.")
  endif()
  set(CMAKE_CXX_COMPILER "${AFTERGLOW_CLANG}")
  # Debian's llvm-ar is older than its clang and cannot read what that makes for the linker to optimise;
  # one that does not look inside can.
  find_program(CMAKE_AR NAMES llvm-ar-22 ar REQUIRED)
  find_program(CMAKE_RANLIB NAMES llvm-ranlib-22 ranlib REQUIRED)
  # Debian's headers are not found under wasm32-wasip1; clang warns that the older name is deprecated.
  set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
  set(CMAKE_CXX_FLAGS_INIT -Wno-deprecated)
endif()

# clang runs a wasm-opt it finds, so the same source would give other bytes on another machine.
set(CMAKE_EXE_LINKER_FLAGS_INIT --no-wasm-opt)
set(CMAKE_EXECUTABLE_SUFFIX_CXX .wasm)

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_CROSSCOMPILING_EMULATOR "${CMAKE_CURRENT_LIST_DIR}/run-wasm.sh")
