#!/bin/sh
# lwip.sh [DIR [SOURCES]] - build lwIP from the distribution's source package, and run the ports' tests on it.
#
# DIR is where it is built (build/ports when absent), SOURCES where the sources go (build/src). CC, STRICT and SANITIZE
# (options) and JOBS are used when set. lwIP is built three times: with port/lwipopts.h, for a main loop; the same with malloc for each piece
# of memory, so that the sanitizer sees what is used after it was freed; and with threads.
#
# Prints `ok NAME` or `not ok NAME: reason` for each test. Exit: 0 when all are ok.
set -u

cd "$(dirname "$0")/../.." || exit 1
dir=${1:-build/ports} sources=${2:-build/src}
CC=${CC:-gcc}
CFLAGS="${STRICT:--std=c99 -Wall -Wextra} ${SANITIZE:--O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all}"

fail() {
	echo "not ok $*"
	exit 1
}

tests/tools/need.sh cc:gcc gcc:gcc stdio.h:libc6-dev || fail "lwip: no compiler"
tree=$(tests/tools/source.sh lwip 2.2.1 "$sources") || fail "lwip: its sources cannot be reached"
unix=$tree/contrib/ports/unix/port
status=0

# run NAME CONFIGURATION PROGRAM... - with the lwipopts.h of that folder, and the macros in $options.
run() {
	name=$1 include="-I. -Itests/ports/$2 -isystem $tree/src/include -isystem $unix/include"
	made="$CC $CFLAGS $options $(cat "tests/ports/$2/lwipopts.h" port/lwipopts.h)"
	shift 2
	build=$dir/$name library=$dir/$name/liblwip.a
	mkdir -p "$build"
	# What is not ours is sanitized, but not held to our warnings.
	if [ ! -e "$library" ] || [ "$(cat "$build/made")" != "$made" ]; then
		rm -f "$library" "$build"/*.o
		for file in "$tree"/src/core/*.c "$tree"/src/core/ipv[46]/*.c "$tree"/src/netif/ethernet.c $threads; do
			echo "$file"
		done | xargs -P "${JOBS:-$(nproc)}" -I '{}' sh -c "$CC $CFLAGS -std=gnu99 -w -Wno-error $options $include \
			-c {} -o $build/\$(basename {} .c).o" || fail "$name: lwIP does not compile"
		ar rcs "$library" "$build"/*.o || fail "$name: no library of lwIP"
		echo "$made" > "$build/made"
	fi
	for program; do
		echo "# $name: $program"
		# shellcheck disable=SC2086
		if ! $CC $CFLAGS $options $include "tests/ports/$program.c" "$library" -pthread -o "$build/$program"; then
			fail "$name: $program does not compile"
		fi
		timeout 120 "$build/$program" || status=1
	done
}

threads='' options=
run pools nosys lwip_raw
options="-DMEM_LIBC_MALLOC=1 -DMEMP_MEM_MALLOC=1"
run malloc nosys lwip_raw
threads="$(echo "$tree"/src/api/*.c) $unix/sys_arch.c" options=
run threads threads lwip_raw lwip_sockets
exit $status
