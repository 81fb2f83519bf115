#!/bin/sh
# cbmc.sh DIR - unpack cbmc in DIR, of the distribution's suite or a later one, and print the command that starts it.
#
# The machine's own suite may have one that is too old, and a later one's needs a later libc: so that is unpacked with
# it, and DIR/cbmc starts it by its own ld.so. Nothing is installed, and the system's apt stays as it is; see source.sh.
#
# Exit: 0 it is there, 2 wrong use, 3 it cannot be reached or does not start here.
set -eu

[ $# -eq 1 ] || { echo "usage: cbmc.sh DIR" >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
say() { printf 'cbmc.sh: %s\n' "$*" >&2; }

exec 9>"$dir/.lock"
flock 9
if [ -x "$dir/cbmc" ]; then printf '%s\n' "$dir/cbmc"; exit 0; fi

[ "$(uname -m)" = x86_64 ] || { say "only Debian on amd64 is known here"; exit 3; }
. "$(dirname "$0")/apt.sh"
private_debs "$dir" || exit 3
for suite in trixie testing unstable; do
	say "looking for cbmc 6 in $suite"
	use_suite "$suite" && download cbmc minisat libc6 libstdc++6 libgcc-s1 zlib1g && break
done
for deb in "$private"/debs/*.deb; do
	[ -e "$deb" ] || { tail -n 3 "$log" >&2; say "no mirror that can be reached has it"; exit 3; }
	dpkg-deb -x "$deb" "$dir/root"
	rm "$deb"
done

cat > "$dir/cbmc.new" <<RUN
#!/bin/sh
root='$dir/root/usr'
exec "\$root/lib64/ld-linux-x86-64.so.2" --library-path "\$root/lib/x86_64-linux-gnu:\$root/lib" "\$root/bin/cbmc" "\$@"
RUN
chmod +x "$dir/cbmc.new"
version=$("$dir/cbmc.new" --version) || { say "it does not start here"; exit 3; }
say "cbmc $version"
mv "$dir/cbmc.new" "$dir/cbmc"
printf '%s\n' "$dir/cbmc"
