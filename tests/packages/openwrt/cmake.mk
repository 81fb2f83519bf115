define Build/Compile
	cd $(PKG_BUILD_DIR) && cmake -DCMAKE_INSTALL_PREFIX=/usr \
	  $(CMAKE_OPTIONS) . && cmake --build .
	DESTDIR=$(PKG_INSTALL_DIR) cmake --install $(PKG_BUILD_DIR)
endef
