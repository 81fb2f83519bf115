# litellm_call as a component of ESP-IDF: one compiled file, and the switches
# of its Kconfig for all who include the header.
set(requires mbedtls)
set(private_requires "")
if(NOT IDF_TARGET STREQUAL "linux")
  list(APPEND requires lwip)
  list(APPEND private_requires esp_hw_support)
endif()
# Include folders are relative to this file, sources to the component.
idf_component_register(SRCS "port/esp_idf.c"
  INCLUDE_DIRS "${CMAKE_CURRENT_LIST_DIR}/.."
  REQUIRES ${requires} PRIV_REQUIRES ${private_requires})
target_compile_definitions(${COMPONENT_LIB} PUBLIC
  "LITELLM_CALL_CONFIG_FILE=\"port/kconfig.h\"")
