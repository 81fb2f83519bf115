PKG_BUILD_DIR ?= $(BUILD_DIR)/$(PKG_NAME)-$(PKG_VERSION)
PKG_INSTALL_DIR ?= $(PKG_BUILD_DIR)/ipkg-install

# $(call BuildPackage,NAME): a rule that builds it and fills its root.
define BuildPackage
$(eval $(Package/$(1)))
$(foreach field,SECTION CATEGORY TITLE DEPENDS PKG_SOURCE_URL PKG_LICENSE, \
  $(if $($(field)),,$(error Package/$(1) has no $(field))))
.PHONY: $(1)
$(1):
	mkdir -p $(BUILD_DIR)
	cp $(PKG_SOURCE_URL:file://%=%)/$(PKG_SOURCE) $(BUILD_DIR)
	cd $(BUILD_DIR) && echo "$(PKG_HASH)  $(PKG_SOURCE)" | sha256sum -c --strict -
	tar -xzf $(BUILD_DIR)/$(PKG_SOURCE) -C $(BUILD_DIR)
	test -e $(PKG_BUILD_DIR)/$(PKG_LICENSE_FILES)
	$$(Build/Compile)
	$$(call Package/$(1)/install,$(OUT)/root)
endef
