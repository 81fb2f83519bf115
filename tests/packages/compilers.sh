#!/bin/sh
# compilers.sh - small and foreign compilers: the unit tests by tcc, and a program with port/posix.h for systems that
# are not here, by zig. See check.sh.
. "$(dirname "$0")/check.sh"
cd "$root" || exit 1

# Each of the unit tests and faults that do without mbedTLS; 100 values are enough to see a compiler's mistake.
for source in tests/unit/*.c tests/faults/*.c; do
	name=$(basename "$source" .c)
	case $name in tls_*) continue ;; esac
	check "tcc: $name compiles" tcc -w -I. -o "$work/$name" "$source" -lm -lpthread &&
		check "tcc: $name" timeout 300 "$work/$name" 100
done

# links TARGET - the consumer.
links() {
	ZIG_GLOBAL_CACHE_DIR=$root/build/zig ZIG_LOCAL_CACHE_DIR=$root/build/zig timeout 200 "$zig" -m ziglang cc \
		-target "$1" -std=gnu99 -Os -Wall -Wextra -Werror -I. -o "$work/consumer" tests/packages/consumer/main.c &&
		file "$work/consumer" && [ -s "$work/consumer" ]
}

if zig=$(tests/tools/pip.sh ziglang 0.17.1 python "$root/build/pip"); then
	for target in aarch64-macos x86_64-freebsd x86_64-netbsd mips-linux-musleabi; do
		check "zig: port/posix.h links for $target" links "$target"
	done
else
	echo "# skipped, zig: port/posix.h links for macOS, FreeBSD, NetBSD, musl"
fi
exit $status
