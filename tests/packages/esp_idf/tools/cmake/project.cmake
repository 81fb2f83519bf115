# So much of ESP-IDF's build system as components and projects use: see
# esp_idf.sh. SHIM is the folder of its headers, CONFIGURATION of sdkconfig.h.
set(ESP_PLATFORM 1)

function(idf_component_register)
  cmake_parse_arguments(it "" "" "SRCS;INCLUDE_DIRS;REQUIRES;PRIV_REQUIRES"
    ${ARGN})
  set(COMPONENT_LIB "idf_${component}" PARENT_SCOPE)
  set(library "idf_${component}")
  add_library(${library} ${it_SRCS})
  foreach(directory ${it_INCLUDE_DIRS})
    # The IDF takes it from the file that calls, not from the component.
    get_filename_component(directory "${directory}" ABSOLUTE
      BASE_DIR "${CMAKE_CURRENT_LIST_DIR}")
    target_include_directories(${library} PUBLIC "${directory}")
  endforeach()
  target_include_directories(${library} PUBLIC "${SHIM}" "${CONFIGURATION}")
  target_compile_definitions(${library} PUBLIC ESP_PLATFORM=1)
  foreach(required ${it_REQUIRES} ${it_PRIV_REQUIRES})
    if(required STREQUAL "litellm_call")
      target_link_libraries(${library} PUBLIC idf_litellm_call)
    elseif(required STREQUAL "mbedtls")
      target_link_libraries(${library} PUBLIC mbedtls mbedx509 mbedcrypto)
    endif()
  endforeach()
endfunction()

macro(project name)
  _project(${name} LANGUAGES C)
  # The IDF's own warnings.
  add_compile_options(-std=gnu17 -Wall -Wextra -Werror
    -Wno-unused-parameter -Wno-sign-compare)
  set(component litellm_call)
  list(GET EXTRA_COMPONENT_DIRS 0 folder)
  add_subdirectory("${folder}" litellm_call)
  set(component main)
  add_subdirectory(main)
  add_executable(${name} "$ENV{IDF_PATH}/app_main.c")
  target_link_libraries(${name} idf_main pthread)
endmacro()
