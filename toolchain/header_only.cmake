# afterglow_header_only(<target> <folder> <header>)
#
# Makes <target> an imported header-only library of the machine, such as RapidJSON, whose headers are
# included as <folder/…>. Only that folder becomes visible, through a link in the build tree: /usr/include
# as a whole would put the native libc's headers before those of WASI. <target> does not exist afterwards
# where the library is not installed.
function(afterglow_header_only target folder header)
  if(TARGET ${target})
    return()
  endif()
  find_path(AFTERGLOW_${folder}_INCLUDE "${folder}/${header}"
    PATHS /usr/include /usr/local/include /opt/homebrew/include NO_CMAKE_FIND_ROOT_PATH
    DOC "Folder that holds ${folder}/${header}")
  if(NOT AFTERGLOW_${folder}_INCLUDE)
    return()
  endif()
  set(visible "${PROJECT_BINARY_DIR}/header_only/${folder}")
  file(MAKE_DIRECTORY "${visible}")
  file(CREATE_LINK "${AFTERGLOW_${folder}_INCLUDE}/${folder}" "${visible}/${folder}" SYMBOLIC)
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  target_include_directories(${target} SYSTEM INTERFACE "${visible}")
endfunction()
