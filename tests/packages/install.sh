#!/bin/sh
# install.sh CERTIFICATES PORTS - `make install`, and pkg-config on what it installed. See check.sh.
. "$(dirname "$0")/check.sh"

installs() {
	make -C "$root" install PREFIX="$work/usr" DESTDIR="$work/stage"
}

# What is in DESTDIR moves to where PREFIX says, as a package manager does it.
unstage() {
	mv "$work/stage$work/usr" "$work/usr" && [ -z "$(find "$work/stage" -type f)" ]
}

# builds NAME MODULE [OPTION...]
builds() {
	program=$1 module=$2
	shift 2
	flags=$(PKG_CONFIG_PATH=$work/usr/share/pkgconfig pkg-config --cflags --libs "$module") || return 1
	# shellcheck disable=SC2086
	${CC:-cc} "$@" -o "$work/$program" "$root/tests/packages/consumer/main.c" $flags
}

says_version() {
	PKG_CONFIG_PATH=$work/usr/share/pkgconfig pkg-config --modversion "$1" | grep -x "$version"
}

same_files() {
	diff -r "$root/port" "$work/usr/include/litellm_call/port" --exclude='*.c' &&
		cmp "$root/litellm_call.h" "$work/usr/include/litellm_call/litellm_call.h"
}

# Each option of --help is in the man page, and no other.
man_has_options() {
	"$work/usr/bin/ask" --help | grep -oE -- '--[a-z][a-z-]+' | sort -u > "$work/help"
	mandoc -T ascii "$work/usr/share/man/man1/ask.1" | col -b | grep -oE -- '--[a-z][a-z-]+' |
		sort -u > "$work/man"
	diff "$work/help" "$work/man"
}

check "make install: into DESTDIR" installs && check "make install: only into PREFIX" unstage
check "make install: all headers" same_files
for module in litellm_call litellm_call_tls; do
	check "pkg-config: $module says the header's version" says_version "$module"
done
check "pkg-config: litellm_call builds" builds plain litellm_call
check "pkg-config: litellm_call_tls builds" builds tls litellm_call_tls -DUSE_TLS
check_both "pkg-config" "$work"
check "make install: ask answers" ask_answers "$work/usr/bin/ask"
check "make install: the man page has no faults" mandoc -T lint -W warning "$work/usr/share/man/man1/ask.1"
check "make install: the man page has the options of --help" man_has_options
check "make uninstall" make -C "$root" uninstall PREFIX="$work/usr"
check "make uninstall: nothing is left" sh -c "[ -z \"\$(find '$work/usr' -type f)\" ]"
exit $status
