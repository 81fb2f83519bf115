# What `cmake --install` copies: the headers, a CMake package, pkg-config files.
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_DATADIR}/cmake/litellm_call")

install(FILES litellm_call.h
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/litellm_call")
install(DIRECTORY port
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/litellm_call"
  FILES_MATCHING PATTERN "*.h")

install(TARGETS litellm_call litellm_call_tls EXPORT litellm_call)
install(EXPORT litellm_call NAMESPACE litellm_call::
  DESTINATION "${package_dir}" FILE litellm_callTargets.cmake)
configure_package_config_file(cmake/litellm_callConfig.cmake.in
  litellm_callConfig.cmake INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a new minor version may change the API.
write_basic_package_version_file(litellm_callConfigVersion.cmake
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES cmake/mbedtls.cmake
  "${CMAKE_CURRENT_BINARY_DIR}/litellm_callConfig.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/litellm_callConfigVersion.cmake"
  DESTINATION "${package_dir}")

set(prefix "${CMAKE_INSTALL_PREFIX}")
set(includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
set(version "${PROJECT_VERSION}")
foreach(name litellm_call litellm_call_tls)
  configure_file(cmake/${name}.pc.in ${name}.pc @ONLY)
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}.pc"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/pkgconfig")
endforeach()
