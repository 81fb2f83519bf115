#!/bin/sh
# pip.sh PACKAGE VERSION COMMAND DIR - install a Python package in a virtual environment of its own, below DIR, and
# print where its command is.
#
# Exit: 0 it is there, 2 wrong use, 3 it cannot be reached or installed.
set -u

[ $# -eq 4 ] || { echo "usage: pip.sh PACKAGE VERSION COMMAND DIR" >&2; exit 2; }
place=$4/$1-$2
if [ ! -e "$place/stamp" ]; then
	echo "pip.sh: getting $1 $2" >&2
	rm -rf "$place"
	mkdir -p "$4"
	if ! { python3 -m venv "$place" && "$place/bin/pip" install -q --retries 1 --timeout 15 "$1==$2"; } \
		> "$4/log" 2>&1; then
		tail -n 3 "$4/log" >&2
		rm -rf "$place"
		echo "pip.sh: $1 $2 cannot be installed" >&2
		exit 3
	fi
	: > "$place/stamp"
fi
printf '%s\n' "$place/bin/$3"
