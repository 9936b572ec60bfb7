# The handler with each backend, for both ways of getting Afterglow.
foreach(host custom wasi fastly)
  add_executable(handler-${host} "${CMAKE_CURRENT_LIST_DIR}/handler.cpp")
  target_link_libraries(handler-${host} PRIVATE afterglow::sdk afterglow::host_${host})
endforeach()
