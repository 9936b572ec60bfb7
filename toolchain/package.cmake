# What `cmake --install` lays down: the SDK, the backends of this build, and a package file, so that
# other projects say find_package(afterglow). Included by the top CMakeLists.txt.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# A backend's headers go into a folder of their own: their names are short, and one host's are enough.
function(afterglow_install_library target folder)
  install(TARGETS ${target} EXPORT afterglow-targets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/${folder}")
endfunction()

afterglow_install_library(afterglow_sdk "")
afterglow_install_library(afterglow_host_port "")
afterglow_install_library(afterglow_host_abi afterglow-host/abi)
if(AFTERGLOW_WASM)
  afterglow_install_library(afterglow_wasi afterglow-host/wasi)
  foreach(host custom wasi fastly)
    afterglow_install_library(afterglow_host_${host} afterglow-host/${host})
  endforeach()
endif()

set(package "${CMAKE_INSTALL_LIBDIR}/cmake/afterglow")
install(EXPORT afterglow-targets FILE afterglow-config.cmake NAMESPACE afterglow:: DESTINATION "${package}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/afterglow-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/afterglow-config-version.cmake" DESTINATION "${package}")
