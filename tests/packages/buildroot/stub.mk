# So much of Buildroot as litellm-call.mk uses: hashes, configure options and
# the two places to install to. PACKAGE is the package's folder, OUT is where all
# goes. The tarball is where the package says, which is a folder here.
cmake-package =
.DEFAULT_GOAL := install
include $(PACKAGE)/litellm-call.mk

SOURCE := litellm-call-$(LITELLM_CALL_VERSION)
HASHES := $(PACKAGE)/litellm-call.hash
SRCDIR := $(OUT)/$(SOURCE)

# $(call hashed,FILE,FOLDER)
hashed = cd $(2) && sed -n 's/^sha256  \(.*  $(1)\)$$/\1/p' $(HASHES) | \
  sha256sum -c --strict -

.PHONY: install
install:
	mkdir -p $(OUT)
	cp $(LITELLM_CALL_SITE:file://%=%)/$(SOURCE).tar.gz $(OUT)
	$(call hashed,$(SOURCE).tar.gz,$(OUT))
	tar -xzf $(OUT)/$(SOURCE).tar.gz -C $(OUT)
	$(foreach file,$(LITELLM_CALL_LICENSE_FILES), \
	  $(call hashed,$(file),$(SRCDIR)))
	cd $(SRCDIR) && cmake -DCMAKE_INSTALL_PREFIX=/usr \
	  $(LITELLM_CALL_CONF_OPTS) . && cmake --build .
	$(if $(filter YES,$(LITELLM_CALL_INSTALL_STAGING)), \
	  DESTDIR=$(OUT)/staging cmake --install $(SRCDIR))
	$(if $(filter NO,$(LITELLM_CALL_INSTALL_TARGET)),, \
	  DESTDIR=$(OUT)/target cmake --install $(SRCDIR))
