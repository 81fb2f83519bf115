# So much of Zephyr's build system as the module and the sample use: see
# zephyr.sh. MODULE is the module's folder, SHIM that of the headers.
enable_language(C)
set(ZEPHYR_BINARY_DIR "${CMAKE_BINARY_DIR}/zephyr")
add_library(app STATIC "${CMAKE_CURRENT_LIST_DIR}/empty.c")
add_library(zephyr_interface INTERFACE)
target_include_directories(zephyr_interface INTERFACE "${SHIM}"
  "${ZEPHYR_BINARY_DIR}/include/generated")
target_compile_options(zephyr_interface INTERFACE -std=gnu11 -Wall -Wextra
  -Werror -include "${SHIM}/autoconf.h")
target_link_libraries(app zephyr_interface)

function(zephyr_include_directories)
  foreach(directory ${ARGN})
    get_filename_component(absolute "${directory}" ABSOLUTE)
    target_include_directories(zephyr_interface INTERFACE "${absolute}")
  endforeach()
endfunction()
function(zephyr_compile_definitions)
  target_compile_definitions(zephyr_interface INTERFACE ${ARGN})
endfunction()
function(zephyr_library)
  add_library(zephyr_module STATIC)
  target_link_libraries(zephyr_module PUBLIC zephyr_interface)
endfunction()
function(zephyr_library_sources)
  target_sources(zephyr_module PRIVATE ${ARGN})
endfunction()
function(generate_inc_file_for_target target source inc)
  file(READ "${source}" bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  file(WRITE "${inc}" "${bytes}")
endfunction()

set(CONFIG_LITELLM_CALL y)
add_subdirectory("${MODULE}" module)
add_executable(zephyr_final "${CMAKE_CURRENT_LIST_DIR}/empty.c")
target_link_libraries(zephyr_final -Wl,--whole-archive app
  -Wl,--no-whole-archive zephyr_module mbedtls mbedx509 mbedcrypto)
