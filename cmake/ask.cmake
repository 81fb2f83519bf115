# The command line client, for distributions: examples/ask.c as litellm-ask, and
# its man page under that name.
add_executable(litellm-ask examples/ask.c)
target_link_libraries(litellm-ask PRIVATE litellm_call::tls)
install(TARGETS litellm-ask DESTINATION "${CMAKE_INSTALL_BINDIR}")

file(READ examples/ask.1 page)
string(REPLACE ".Dt ASK" ".Dt LITELLM-ASK" page "${page}")
string(REGEX REPLACE "(Nm|[$|]) ask" "\\1 litellm-ask" page "${page}")
file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/litellm-ask.1" "${page}")
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/litellm-ask.1"
  DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
