#!/bin/sh
# source.sh PACKAGE PREFIX DIR [MINIMUM] - unpack a source package of the distribution in DIR and print where it is.
#
# PREFIX chooses the version (3.6 takes 3.6.7 but not 3.60), MINIMUM refuses older ones. The machine's own suite is
# asked first, then the later ones. Nothing is built or installed, and the system's apt stays as it is: the mirrors are
# the machine's own, but source list, package lists, cache and hooks are private (DIR/.apt, kept for the next package).
# apt verifies the suite's signature with the distribution's archive keys, and by it the hash of each file.
#
# Exit: 0 it is there, 1 it cannot be unpacked, 2 wrong use, 3 it cannot be reached or no suite has that version.
set -eu

[ $# -ge 3 ] && [ $# -le 4 ] || { echo "usage: source.sh PACKAGE PREFIX DIR [MINIMUM]" >&2; exit 2; }
package=$1 prefix=$2 dir=$3 minimum=${4:-0}
say() { printf 'source.sh: %s\n' "$*" >&2; }

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
stamp=$dir/.$package-$prefix-$minimum
done_already() { [ -s "$stamp" ] && [ -d "$dir/$(cat "$stamp")" ]; }
if done_already; then printf '%s\n' "$dir/$(cat "$stamp")"; exit 0; fi

command -v apt-get >/dev/null || { say "$package: no apt-get here (Debian and Ubuntu have it)"; exit 3; }
"$(dirname "$0")/need.sh" dpkg-source:dpkg-dev patch:patch xz:xz-utils || exit 1

# One at a time, so that parallel make targets share the lists instead of fighting for apt's lock.
exec 9>"$dir/.lock"
flock 9
if done_already; then printf '%s\n' "$dir/$(cat "$stamp")"; exit 0; fi

ID= ID_LIKE= VERSION_CODENAME=
. /etc/os-release
case " $ID $ID_LIKE " in
*" ubuntu "*) archive=ubuntu suites="${UBUNTU_CODENAME:-$VERSION_CODENAME} devel" components="main universe" ;;
*" debian "*) archive=debian suites="$VERSION_CODENAME stable testing unstable experimental" components=main ;;
*) say "$package: neither Debian nor Ubuntu"; exit 3 ;;
esac

# apt itself reads the machine's sources, in whichever format, and names each suite's release file.
mirrors=$(apt-get --print-uris update 2>/dev/null | sed -n "s#^'\(.*\)/dists/\([^/]*\)/InRelease' .*#\2 \1#p" |
	awk -v suites=" $suites oldstable oldoldstable sid devel " '$1 !~ /cdrom:/ && index(suites, " " $1 " ") && !seen[$2]++ { print $2 }')
[ -n "$mirrors" ] || { say "$package: apt has no source with the suite ${suites%% *} here"; exit 3; }

keyring=
for file in /usr/share/keyrings/$archive-archive-keyring.gpg /usr/share/keyrings/$archive-archive-keyring.pgp; do
	[ ! -e "$file" ] || keyring=$file
done
[ -n "$keyring" ] || { say "$package: the archive's keys are not here: install $archive-archive-keyring or $archive-keyring"; exit 3; }

private=$dir/.apt
. "$(dirname "$0")/apt.sh"
private_apt "$private"

# The newest version that fits, of the suite in sources.list.
pick() {
	best=
	for version in $(apt-cache -c "$private/apt.conf" showsrc --only-source "$package" 2>/dev/null | sed -n 's/^Version: //p'); do
		case ${version#*:} in "$prefix" | "$prefix"[!0-9]*) ;; *) continue ;; esac
		dpkg --compare-versions "$version" ge "$minimum" || continue
		if [ -z "$best" ] || dpkg --compare-versions "$version" gt "$best"; then best=$version; fi
	done
}

log=$private/log
: > "$log"
best=
for suite in $suites; do
	alive=
	for mirror in $mirrors; do
		(umask 077; echo "deb-src [signed-by=$keyring target=Sources] $mirror $suite $components" > "$private/sources.list")
		say "looking for $package $prefix in $suite"
		apt-get -q -c "$private/apt.conf" update --error-on=any >> "$log" 2>&1 || continue
		alive="$alive $mirror"
		pick
		[ -z "$best" ] || break 2
	done
	mirrors=$alive # one that fails is not waited for again at the next suite
done
if [ -z "$best" ]; then
	if grep -q NO_PUBKEY "$log"; then
		say "$package: a later suite is signed by keys that are not here: upgrade the archive keyring package"
	fi
	if [ -n "$alive" ]; then
		say "$package: no suite has $prefix${4:+ from $minimum on}"
	else
		grep -E '^(E|W|Err):?' "$log" | tail -n 3 >&2 || :
		say "$package $prefix: no mirror that can be reached has it"
	fi
	exit 3
fi

upstream=${best#*:} upstream=${upstream%-*}
tree=$package-$upstream
say "getting $package $best"
rm -rf "${dir:?}/$tree"
if ! (cd "$dir" && apt-get -q -c "$private/apt.conf" --only-source --download-only source "$package=$best") >> "$log" 2>&1; then
	tail -n 5 "$log" >&2
	say "$package $best cannot be reached"
	exit 3
fi
if ! (cd "$dir" && dpkg-source -x "${package}_${best#*:}.dsc" "$tree") >> "$log" 2>&1; then
	tail -n 5 "$log" >&2
	exit 1
fi
echo "$tree" > "$stamp"
printf '%s\n' "$dir/$tree"
