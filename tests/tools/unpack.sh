#!/bin/sh
# unpack.sh PACKAGE DIR - unpack a binary package of the distribution in DIR without installing it.
#
# For servers the tests run themselves: installing such a package would also start it, now and at each boot.
# What the package depends on is not fetched. Exit: 0 it is there, 2 wrong use, 3 it cannot be reached.
set -eu

[ $# -eq 2 ] || { echo "usage: unpack.sh PACKAGE DIR" >&2; exit 2; }
package=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
stamp=$dir/.$package
[ ! -e "$stamp" ] || exit 0

echo "unpack.sh: getting $package" >&2
get() { (cd "$dir" && rm -f "${package}"_*.deb && apt-get -qq download "$package" 2>"$dir/.log"); }
update() {
	if [ "$(id -u)" = 0 ]; then apt-get -qq update >&2
	else command -v sudo >/dev/null && sudo apt-get -qq update >&2
	fi
}
get || { update && get; } || { cat "$dir/.log" >&2; echo "unpack.sh: $package cannot be reached" >&2; exit 3; }
dpkg-deb -x "$dir/${package}"_*.deb "$dir"
rm -f "$dir/${package}"_*.deb "$dir/.log"
: > "$stamp"
