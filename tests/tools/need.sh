#!/bin/sh
# need.sh TEST:PACKAGE... - install what is missing, through apt-get (Debian, Ubuntu).
#
# TEST says how to see that PACKAGE is there:
#   gcc                  a command in the PATH
#   mbedtls/ssl.h        a C header, in /usr/include or its multiarch folder
#   /usr/lib/x/*/liby.a  a file; wildcards allowed
# An @COMMAND in PACKAGE stands for the major version of that command, which an earlier argument may install:
#   gcc:gcc /usr/lib/gcc/*/*/32/libgcc.a:gcc-@gcc-multilib
# A word without a colon is a command whose package has the same name.
#
# LITELLM_NO_INSTALL=1 only says what is missing; so does who is not root and has no sudo.
# Exit: 0 all there, 1 something is still missing, 2 wrong use.
# When nothing is missing this starts no process: every make target can afford to call it.
set -u

PATH=$PATH:/usr/sbin:/sbin # where Debian keeps servers, and no user's PATH has them
[ $# -gt 0 ] || { echo "usage: need.sh TEST:PACKAGE..." >&2; exit 2; }

have() {
	case $1 in
	/*) set -- $1 ;;
	*.h) set -- /usr/include/$1 /usr/include/*/$1 /usr/local/include/$1 ;;
	*) command -v "$1" >/dev/null; return ;;
	esac
	for file; do [ ! -e "$file" ] || return 0; done
	return 1
}

say() { printf 'need.sh: %s\n' "$*" >&2; }

# Said once for all that is missing, as a line to type.
forbidden=
if [ "${LITELLM_NO_INSTALL:-}" = 1 ]; then forbidden="LITELLM_NO_INSTALL is 1"
elif ! command -v apt-get >/dev/null; then forbidden="no apt-get here; these are Debian's and Ubuntu's names"
fi

root() { if [ "$user" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Quiet unless it fails. A dpkg that somebody else holds is waited for.
apt() {
	output=$(root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" 2>&1 9<&-) && return
	printf '%s\n' "$output" | tail -n 20 >&2
	return 1
}

updated=
update() {
	[ -z "$updated" ] || return 1
	updated=yes
	say "updating the package lists"
	apt update || say "updating them failed: going on with the lists that are here"
}

# Any update writes in partial/, also one that finds nothing new. The lists that came with an image may
# name packages that are gone.
fresh() {
	set -- /var/lib/apt/lists/*Release
	[ -e "$1" ] && [ -n "$(find /var/lib/apt/lists/partial -maxdepth 0 -mmin -120 2>/dev/null)" ]
}

install_pending() {
	[ -n "$pending" ] || return 0
	say "installing$pending (for$tests)"
	# Of several at a time, as make -j starts them, the others wait.
	exec 9<"$0" && flock 9
	fresh || update
	# Without recommends: a compiler would bring its documentation. And nothing goes: cross compilers and
	# gcc-multilib, which only links to gcc-12-multilib and the like, exclude each other.
	set -- install -y --no-install-recommends --no-remove $pending
	apt "$@" || { update && apt "$@"; }
	status=$?
	pending= tests=
	return $status
}

# The major version of a command, of what apt would install where there is none.
major() {
	number=$("$1" -dumpversion 2>/dev/null) ||
		number=$(apt-cache depends "$1" 2>/dev/null | sed -n "s/.*Depends: $1-\([0-9]*\)$/\1/p")
	printf '%s\n' "${number%%.*}"
}

pending= tests= missing= user=
for need; do
	test=${need%%:*} package=${need#*:}
	[ -n "$test" ] && [ -n "$package" ] || { say "not TEST:PACKAGE: $need"; exit 2; }
	! have "$test" || continue
	if [ -z "$missing" ]; then
		user=$(id -u)
		[ -n "$forbidden" ] || [ "$user" = 0 ] || command -v sudo >/dev/null || forbidden="not root, and no sudo here"
	fi
	case $package in
	*@*)
		[ -n "$forbidden" ] || install_pending || break
		name=${package#*@} name=${name%%-*}
		number=$(major "$name")
		package=${package%%@*}$number${package#*@"$name"}
		[ -n "$number" ] || package=${package%%--*}-${package#*--}
		;;
	esac
	case " $pending " in *" $package "*) ;; *) pending="$pending $package" ;; esac
	tests="$tests $test" missing="$missing $need"
done
[ -n "$missing" ] || exit 0

if [ -n "$forbidden" ]; then
	say "missing:$tests"
	say "not installed ($forbidden); as root:"
	printf '    apt-get install%s\n' "$pending" >&2
	exit 1
fi

install_pending
status=0
for need in $missing; do
	have "${need%%:*}" || { say "could not be installed: $need"; status=1; }
done
exit $status
