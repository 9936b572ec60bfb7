# cmake -DCOMMAND=<compiler;flag;…> -DSOURCE=<file> -P check.cmake
#
# Compiles SOURCE twice. As it is, it must compile; with AFTERGLOW_MISUSE it must not, and the compiler's
# output must match the regular expression in the line "// expected error: …" of the file.
cmake_minimum_required(VERSION 3.25)

file(STRINGS "${SOURCE}" line REGEX "^// expected error: ")
string(REPLACE "// expected error: " "" expected "${line}")
if(expected STREQUAL "")
  message(FATAL_ERROR "${SOURCE}: no line '// expected error: <regular expression>'")
endif()

# The same words in the same order whatever the language of the machine.
set(ENV{LC_ALL} C)

# Constants that only show how a declaration looks are not used, which is no error of theirs.
list(APPEND COMMAND -Wno-unused-const-variable)

execute_process(COMMAND ${COMMAND} -fsyntax-only "${SOURCE}"
  RESULT_VARIABLE correct_use ERROR_VARIABLE output)
if(NOT correct_use EQUAL 0)
  message(FATAL_ERROR "${SOURCE}: the correct use does not compile:\n${output}")
endif()

execute_process(COMMAND ${COMMAND} -fsyntax-only -DAFTERGLOW_MISUSE "${SOURCE}"
  RESULT_VARIABLE misuse ERROR_VARIABLE output)
if(misuse EQUAL 0)
  message(FATAL_ERROR "${SOURCE}: the misuse compiles")
endif()
if(NOT output MATCHES "${expected}")
  message(FATAL_ERROR "${SOURCE}: the misuse fails, but not with '${expected}':\n${output}")
endif()
