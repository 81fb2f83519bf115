#!/bin/sh
# linear.sh - work of 16 times the size is at most 20 times the work.
#
# Counts instructions (callgrind) of tests/bench/work.c. CC is used when set.
# Exit: 0 linear, 1 not, 2 not countable.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
most=20
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
${CC:-cc} -std=c99 -O2 -I"$root" -o "$directory/work" "$root/tests/bench/work.c"

count() { # what size
	(cd "$directory" && valgrind --tool=callgrind --toggle-collect='counted_*' \
		--callgrind-out-file=/dev/null ./work "$1" "$2" \
		>units 2>log) || { cat "$directory/log" >&2; exit 2; }
	sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$directory/log"
}

status=0
for row in history:65536 value:65536 image:65536 arguments:65536 strings:100 \
	tools:16 reply:65536 stream:64 thoughts:64 fragments:64 calls:15 \
	structs:50 streamed-structs:8; do
	what=${row%:*} size=${row#*:}
	small=$(count "$what" "$size")
	large=$(count "$what" $((size * 16)))
	[ -n "$small" ] && [ "$small" -gt 1000 ] || exit 2
	ratio=$((large * 10 / small))
	verdict=ok
	[ $ratio -le $((most * 10)) ] || { verdict="not ok" status=1; }
	echo "$verdict linear $what: of $size $small instructions," \
		"of 16 times $large, $((ratio / 10)).$((ratio % 10)) times," \
		"at most $most"
done
exit $status
