# So much of OpenWrt's build system as the package uses, by this machine's
# compiler. OUT is where all goes. The tarball is where the package says, which
# is a folder here.
INCLUDE_DIR := $(TOPDIR)
BUILD_DIR := $(OUT)/build
INSTALL_DIR := install -d -m 0755
INSTALL_BIN := install -m 0755
