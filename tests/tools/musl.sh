#!/bin/sh
# musl.sh DIR COMPILER [SOURCES] - build musl by a cross compiler from the distribution's source package:
# DIR/bin/musl-COMPILER makes programs of it, static ones only.
#
# COMPILER is one as arm-linux-gnueabihf-gcc. SOURCES is where the sources go (DIR/src when absent). JOBS is used when set.
# Does nothing when it is there already.
#
# Exit: 0 it is there, 1 the build failed, 2 wrong use, 3 the sources cannot be reached.
set -eu

[ $# -ge 2 ] && [ $# -le 3 ] || { echo "usage: musl.sh DIR COMPILER [SOURCES]" >&2; exit 2; }
compiler=$2 sources=${3:-$1/src}
mkdir -p "$1"
dir=$(cd "$1" && pwd)
wrapper=$dir/bin/musl-$compiler
[ ! -e "$wrapper" ] || exit 0

tools=$(dirname "$0")
"$tools/need.sh" make:make
tree=$("$tools/source.sh" musl 1.2 "$sources")
echo "musl.sh: building ${tree##*/} with $compiler" >&2

unset MAKEFLAGS MFLAGS MAKELEVEL # this make is none of the caller's
build=$dir/build
rm -rf "$build"
cp -R -p "$tree" "$build"
# Relative paths inside: neither its configure nor its makefile takes blanks.
if ! (cd "$build" && CC=$compiler ./configure --target="${compiler%-gcc}" --prefix=/ --disable-shared --disable-wrapper &&
	make -j"${JOBS:-$(nproc)}" DESTDIR=out install) > "$dir/build.log" 2>&1; then
	tail -n 20 "$dir/build.log" >&2
	exit 1
fi
rm -rf "$dir/include" "$dir/lib"
mv "$build/out/include" "$build/out/lib" "$dir"
# In a specs file a backslash keeps a blank.
escaped=$(printf '%s\n' "$dir" | sed 's/[ \\]/\\&/g')
sh "$tree/tools/musl-gcc.specs.sh" "$escaped/include" "$escaped/lib" none > "$dir/specs"
rm -rf "$build"
mkdir -p "$dir/bin"
cat > "$wrapper" <<END
#!/bin/sh
exec $compiler -specs "\$(dirname "\$0")/../specs" "\$@"
END
chmod +x "$wrapper"
