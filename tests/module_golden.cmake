# afterglow_add_module_golden(<target>)
#
# Tests a module made by afterglow_add_wasm_module against tests/golden/modules/<target>.{imports,exports,
# size} and for being without a heap. Target `update-golden` rewrites the files. Only the wasm-release build
# with Debian's compiler is compared: another compiler or optimisation gives other bytes.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(afterglow_add_module_golden target)
  if(WASI_SDK_PATH OR NOT CMAKE_BUILD_TYPE STREQUAL MinSizeRel)
    return()
  endif()
  get_target_property(module ${target} AFTERGLOW_MODULE)
  set(golden "${PROJECT_SOURCE_DIR}/tests/golden/modules/${target}")
  set(command "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tests/wasm/module_golden.py")
  set(files "${golden}" "${module}" "$<TARGET_FILE:${target}>")
  add_test(NAME module_${target} COMMAND ${command} ${files})
  set_tests_properties(module_${target} PROPERTIES LABELS module)

  if(NOT TARGET update-golden)
    add_custom_target(update-golden)
  endif()
  add_custom_target(update-golden-${target} VERBATIM
    COMMAND ${command} --update ${files} COMMENT "Writing golden files of ${target}")
  add_dependencies(update-golden-${target} ${target})
  add_dependencies(update-golden update-golden-${target})
endfunction()
