# afterglow_add_wasm_module(<name> REACTOR|COMMAND BACKEND <host> SOURCES <file>… [LIBRARIES <target>…])
#
# Links an edge module against the SDK and one backend, afterglow::host_<host>, and leaves two files in
# the current build folder:
#
#   <name>.debug.wasm  as linked, with names and, in wasm-debug, DWARF (the file of target <name>)
#   <name>.wasm        what is deployed: no names, and optimised by wasm-opt in release builds
#
# A REACTOR has _initialize and may have hooks; a COMMAND has main(). The path of the second file is the
# target's property AFTERGLOW_MODULE.
find_program(AFTERGLOW_WASM_OPT wasm-opt DOC "Binaryen's optimiser; strips and shrinks modules")

function(afterglow_add_wasm_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "REACTOR;COMMAND" "BACKEND" "SOURCES;LIBRARIES")
  if(NOT AFTERGLOW_WASM)
    message(FATAL_ERROR "afterglow_add_wasm_module(${name}): not a WebAssembly build")
  endif()
  if(arg_REACTOR EQUAL arg_COMMAND OR NOT arg_BACKEND OR NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "afterglow_add_wasm_module(${name}): needs REACTOR or COMMAND, BACKEND, "
      "SOURCES, and takes nothing else but LIBRARIES (${arg_UNPARSED_ARGUMENTS})")
  endif()

  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE
    afterglow::sdk afterglow::host_${arg_BACKEND} ${arg_LIBRARIES} afterglow_flags afterglow_lto)
  # Stack below the data: an overflow traps instead of overwriting globals. What the linker warns of, such
  # as a function with two signatures, would trap as well.
  target_link_options(${name} PRIVATE -Wl,--stack-first -Wl,--fatal-warnings $<$<BOOL:${arg_REACTOR}>:-mexec-model=reactor>)

  set(module "${CMAKE_CURRENT_BINARY_DIR}/${name}.wasm")
  set_target_properties(${name} PROPERTIES
    SUFFIX .debug.wasm RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}" AFTERGLOW_MODULE "${module}")
  if(AFTERGLOW_WASM_OPT)
    set(strip "${AFTERGLOW_WASM_OPT}" $<IF:$<CONFIG:Debug>,-O0,-Oz>
      --strip-debug --strip-producers --strip-target-features)
  else()
    message(WARNING "No wasm-opt: ${name}.wasm keeps its names and is larger "
      "(toolchain/install/wasm-clang.sh installs it)")
    set(strip "${CMAKE_COMMAND}" -E copy)
  endif()
  add_custom_command(TARGET ${name} POST_BUILD VERBATIM
    COMMAND ${strip} $<TARGET_FILE:${name}> $<$<BOOL:${AFTERGLOW_WASM_OPT}>:-o> "${module}"
    COMMAND_EXPAND_LISTS BYPRODUCTS "${module}" COMMENT "Stripping ${name}.wasm")
endfunction()
