#!/bin/sh
# debian.sh CERTIFICATES PORTS - the Debian packages: built, judged by lintian, unpacked and used. See check.sh.
. "$(dirname "$0")/check.sh"
export URL=https://downloads.invalid/litellm_call MAINTAINER="A Tester <tester@example.org>"
release
cp "$tarball" "$work/release/litellm-call_$version.orig.tar.gz"
cp -R "$recipes/debian" "$source/debian"
stage=$work/stage
export PKG_CONFIG_SYSROOT_DIR="$stage" PKG_CONFIG_PATH="$stage/usr/share/pkgconfig" PATH="$stage/usr/bin:$PATH"

builds() {
	cd "$source" && dpkg-buildpackage -us -uc
}

# There is no bug for an upload to close, and no site to watch.
lintian_is_content() {
	lintian --allow-root --info --display-info --pedantic --fail-on error,warning,info,pedantic --suppress-tags \
		initial-upload-closes-no-bugs,debian-watch-file-is-missing "$work"/release/*.changes
}

unpacks() {
	for package in "$work"/release/*.deb; do
		dpkg-deb -x "$package" "$stage" || return 1
	done
}

# What autopkgtest would run, on what is unpacked.
autopkgtest() {
	sed -n 's/^Test-Command: //p' debian/tests/control > "$work/commands"
	cd "$source" && AUTOPKGTEST_TMP=$work sh -ex "$work/commands" > "$work/printed"
	cat "$work/printed"
	grep -F "$version, TLS 1: {" "$work/printed" && grep -x "litellm_call $version" "$work/printed"
}

if check "debian: the packages build" builds; then
	check "debian: lintian is content" lintian_is_content
	check "debian: they unpack" unpacks
	cd "$source" && check "debian: their own tests pass" autopkgtest
	check "debian: litellm-ask answers" ask_answers "$stage/usr/bin/litellm-ask"
	check "debian: its man page has its name" sh -c \
		"zcat '$stage/usr/share/man/man1/litellm-ask.1.gz' | mandoc -T lint -W warning &&
		! zcat '$stage/usr/share/man/man1/litellm-ask.1.gz' | grep -E '(^|[^-])\\<ask (-|.Write)'"
fi
exit $status
