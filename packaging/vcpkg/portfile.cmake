set(VCPKG_BUILD_TYPE release) # headers only

vcpkg_download_distfile(ARCHIVE
    URLS "@url@/litellm-call-${VERSION}.tar.gz"
    FILENAME "litellm-call-${VERSION}.tar.gz"
    SHA512 @sha512@
)
vcpkg_extract_source_archive(SOURCE_PATH ARCHIVE "${ARCHIVE}")

vcpkg_check_features(OUT_FEATURE_OPTIONS options
    FEATURES
        ask LITELLM_CALL_ASK
)
vcpkg_cmake_configure(SOURCE_PATH "${SOURCE_PATH}" OPTIONS ${options})
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(
    PACKAGE_NAME litellm_call
    CONFIG_PATH share/cmake/litellm_call
)
vcpkg_fixup_pkgconfig()
if("ask" IN_LIST FEATURES)
    vcpkg_copy_tools(TOOL_NAMES litellm-ask AUTO_CLEAN)
endif()
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
