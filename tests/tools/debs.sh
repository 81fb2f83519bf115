#!/bin/sh
# debs.sh DIR PACKAGE... - unpack packages of a later suite of the distribution in DIR/usr, and print `PACKAGE VERSION`
# of each.
#
# Nothing is installed, and the system's apt stays as it is; see apt.sh. The first suite that has a package is taken, of
# testing, unstable, stable and the machine's own. A package is not downloaded again.
#
# Exit: 0 all are there, 2 wrong use, 3 some are not: the printed ones are.
set -eu

[ $# -ge 2 ] || { echo "usage: debs.sh DIR PACKAGE..." >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
shift
say() { printf 'debs.sh: %s\n' "$*" >&2; }

exec 9>"$dir/.lock"
flock 9

# Keeps of the arguments those that are not there yet.
missing() {
	for package; do
		[ -e "$dir/.have/$package" ] || printf '%s\n' "$package"
	done
}

get() {
	. "$(dirname "$0")/apt.sh"
	private_debs "$dir" || return 0
	mkdir -p "$dir/.have"
	for suite in testing unstable stable "$VERSION_CODENAME"; do
		say "looking in $suite for" $left
		use_suite "$suite" || continue
		for package in $left; do
			rm -f "$private"/debs/*
			download "$package" || continue
			dpkg-deb -x "$private"/debs/*.deb "$dir" || continue
			# A library's link by its SONAME may be left to whoever installs it.
			for libraries in "$dir"/usr/lib/*/; do
				[ ! -d "$libraries" ] || PATH=$PATH:/usr/sbin:/sbin ldconfig -N -n "$libraries"
			done
			dpkg-deb -f "$private"/debs/*.deb Version > "$dir/.have/$package"
		done
		left=$(missing "$@")
		[ -n "$left" ] || return 0
	done
}

left=$(missing "$@")
[ -z "$left" ] || get "$@"
left=$(missing "$@")
for package; do
	[ ! -e "$dir/.have/$package" ] || printf '%s %s\n' "$package" "$(cat "$dir/.have/$package")"
done
[ -z "$left" ] || { say "not to be had here:" $left; exit 3; }
