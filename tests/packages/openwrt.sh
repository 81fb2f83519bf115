#!/bin/sh
# openwrt.sh CERTIFICATES PORTS - the package for OpenWrt, which openwrt/ stands for. See check.sh.
. "$(dirname "$0")/check.sh"
release

# builds NAME [VARIABLE=VALUE...]
builds() {
	name=$1
	shift
	make -C "$recipes/openwrt" TOPDIR="$root/tests/packages/openwrt" OUT="$work/$name" "$@"
}

check "openwrt: litellm-ask builds" builds ask && check "openwrt: it answers" \
	ask_answers "$work/ask/root/usr/bin/litellm-ask"
check "openwrt: nothing else is in the package" [ "$(cd "$work/ask/root" && find . -type f)" = ./usr/bin/litellm-ask ]
check_fails "openwrt: another hash is refused" "checksum" builds damaged PKG_HASH=0
exit $status
