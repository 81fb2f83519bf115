#!/bin/sh
# mbedtls.sh DIR [VERSION [SOURCES]] - build mbedTLS from the distribution's source package: DIR/include and DIR/lib/*.a.
#
# VERSION is a prefix (3.6 when absent, 2.28 works too). SOURCES is where the sources go (DIR/src when absent).
# The configuration is mbedTLS's default one: with 3.6 that has TLS 1.2 and 1.3. CC, AR, CFLAGS and JOBS are used when set.
# Does nothing when DIR has it already, built by the same CC and CFLAGS.
#
# Exit: 0 it is there, 1 the build failed, 2 wrong use, 3 the sources cannot be reached.
set -eu

[ $# -ge 1 ] && [ $# -le 3 ] || { echo "usage: mbedtls.sh DIR [VERSION [SOURCES]]" >&2; exit 2; }
dir=$1 version=${2:-3.6} sources=${3:-$1/src}
tools=$(dirname "$0")
CC=${CC:-cc} AR=${AR:-ar} CFLAGS=${CFLAGS:--O2}

# In 3.6.6 and 4.1.0 a client of both TLS versions fails with -0x6600 at a TLS 1.2 server that has an RSA certificate.
case $version in
3.6) minimum=3.6.7 ;;
4 | 4.1) minimum=4.1.1 ;;
*) minimum=$version ;;
esac

stamp=$dir/mbedtls.stamp
made="$version $minimum $CC $AR $CFLAGS"
if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$made" ]; then exit 0; fi

"$tools/need.sh" make:make
command -v "${CC%% *}" >/dev/null || "$tools/need.sh" cc:gcc
say() { printf 'mbedtls.sh: %s\n' "$*" >&2; }

tree=$("$tools/source.sh" mbedtls "$version" "$sources" "$minimum")
[ -e "$tree/library/Makefile" ] || { say "$tree has no makefile: this version builds with CMake only"; exit 1; }

unset MAKEFLAGS MFLAGS MAKELEVEL # this make is none of the caller's
# Built in a copy, so that several configurations can share the sources. GEN_FILES: what is generated is in the package.
build=$dir/build
rm -rf "$build" "$stamp"
mkdir -p "$build" "$dir/lib"
cp -R -p "$tree/." "$build"
say "building ${tree##*/} with $CC $CFLAGS"
if ! make -C "$build/library" -j"${JOBS:-$(nproc)}" CC="$CC" AR="$AR" CFLAGS="$CFLAGS" GEN_FILES= static > "$dir/build.log" 2>&1; then
	tail -n 20 "$dir/build.log" >&2
	exit 1
fi
rm -rf "$dir/include"
cp -R "$build/include" "$dir/include"
cp "$build"/library/lib*.a "$dir/lib/"
rm -rf "$build"
echo "$made" > "$stamp"
