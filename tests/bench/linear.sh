#!/bin/sh
# linear.sh - the work to send 1 MiB is at most 20 times that for 64 KiB.
#
# Counts instructions (callgrind) of litellm_run with tests/bench/send.c: a
# history of many messages, one value in a template, an image. CC is used when
# set. Exit: 0 linear, 1 not, 2 it could not be counted.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
most=20
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
${CC:-cc} -std=c99 -O2 -I"$root" -o "$directory/send" "$root/tests/bench/send.c"

count() { # what bytes
	(cd "$directory" && valgrind --tool=callgrind --toggle-collect=counted \
		--callgrind-out-file=/dev/null ./send "$1" "$2" \
		>sent 2>log) || { cat "$directory/log" >&2; exit 2; }
	sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$directory/log"
}

status=0
for what in history value image; do
	small=$(count $what 65536)
	large=$(count $what 1048576)
	[ -n "$small" ] && [ "$small" -gt 1000 ] || exit 2
	ratio=$((large * 10 / small))
	verdict=ok
	[ $ratio -le $((most * 10)) ] || { verdict="not ok" status=1; }
	echo "$verdict linear $what: 64 KiB $small instructions," \
		"1 MiB $large, $((ratio / 10)).$((ratio % 10)) times, at most $most"
done
exit $status
