#!/bin/sh
# meson.sh CERTIFICATES PORTS - as a subproject, and installed. See check.sh.
. "$(dirname "$0")/check.sh"

# The consumer, with the library as its subproject: what is wrapped is a copy.
subproject() {
	mkdir -p "$work/consumer/subprojects/litellm_call" &&
		cp "$root"/tests/packages/consumer/* "$work/consumer" &&
		cp -r "$root"/litellm_call.h "$root"/meson.build "$root"/port "$root"/cmake \
			"$work/consumer/subprojects/litellm_call" &&
		printf '[wrap-file]\ndirectory = litellm_call\n[provide]\ndependency_names = litellm_call, litellm_call_tls\n' \
			> "$work/consumer/subprojects/litellm_call.wrap" &&
		meson setup "$work/subproject" "$work/consumer" && ninja -C "$work/subproject"
}

installs() {
	meson setup --prefix "$work/usr" "$work/build" "$root" && meson install -C "$work/build"
}

installed() {
	mkdir "$work/alone" && cp "$root"/tests/packages/consumer/main.c "$root"/tests/packages/consumer/meson.build \
		"$work/alone" &&
		PKG_CONFIG_PATH=$work/usr/share/pkgconfig meson setup "$work/installed" "$work/alone" &&
		ninja -C "$work/installed"
}

check "meson: a subproject builds" subproject && check_both "meson: a subproject" "$work/subproject"
check "meson: installs" installs
check "meson: what is installed builds" installed && check_both "meson: installed" "$work/installed"
exit $status
