#!/bin/sh
# zephyr.sh CERTIFICATES PORTS - the module, its sample and the port. See check.sh.
#
# Zephyr is in no Debian package. zephyr/ has so much of its headers and its build system, over POSIX, as they use: the
# sample is built by its own CMake files, with its own Kconfig, and run.
. "$(dirname "$0")/check.sh"
shim=$root/tests/packages/zephyr
for header in kernel.h net/socket.h net/sntp.h random/random.h sys/printk.h; do
	mkdir -p "$work/shim/zephyr/$(dirname "$header")"
	echo "#include \"$shim/zephyr.h\"" > "$work/shim/zephyr/$header"
done
# Zephyr's own symbols: those that prj.conf sets and the module depends on.
sed -n 's/^CONFIG_\([A-Z0-9_]*\)=.*/\1/p' "$root/examples/zephyr/prj.conf" | grep -v '^LITELLM_CALL$' |
	while read -r symbol; do
		case $symbol in
		*_SIZE | *_LEN) type=int ;;
		*) type=bool ;;
		esac
		printf 'config %s\n\t%s "it"\n' "$symbol" "$type"
	done > "$work/Kconfig.zephyr"
grep -v Kconfig.zephyr "$root/examples/zephyr/Kconfig" | sed '/^mainmenu/d' > "$work/Kconfig.sample"

# configure URL [NAME=VALUE...] - the answers of prj.conf and of menuconfig.
configure() {
	url=$1
	shift
	"$root/tests/packages/kconfig.py" "$work/shim/autoconf.h" "$work/Kconfig.zephyr" "$root/zephyr/Kconfig" \
		"$work/Kconfig.sample" $(sed -n 's/^CONFIG_//p' "$root/examples/zephyr/prj.conf") "ASK_BASE_URL=$url" \
		"ASK_MODEL=answer:Yes." "$@"
}

builds() {
	configure "$@" && cmake -S "$root/examples/zephyr" -B "$work/build" -DZephyr_DIR="$shim" -DSHIM="$work/shim" \
		-DMODULE="$root/zephyr" -DCA="$certificates/ca.pem" -DCMAKE_C_FLAGS="-I$root" && cmake --build "$work/build"
}

# prints URL TEXT - the sample, with the gateway there.
prints() {
	builds "$1" || return 1
	timeout 60 "$work/build/zephyr_final" > "$work/printed"
	cat "$work/printed"
	grep -q "$2" "$work/printed"
}

manifests() {
	/usr/bin/python3 - "$root" <<'END'
import os, sys, yaml
root = sys.argv[1]
module = yaml.safe_load(open(root + "/zephyr/module.yml"))
assert os.path.exists(f"{root}/{module['build']['cmake']}/CMakeLists.txt")
assert os.path.exists(f"{root}/{module['build']['kconfig']}")
for sample in module["samples"]:
    about = yaml.safe_load(open(f"{root}/{sample}/sample.yaml"))
    assert about["sample"]["name"] and about["tests"]
END
}

contract "zephyr port" gcc -I"$work/shim" "$root/tests/packages/ports/zephyr.c"
contract "zephyr port, C++" g++ -I"$work/shim" -Wno-missing-field-initializers -x c++ \
	"$root/tests/packages/ports/zephyr.c"
check "zephyr: module.yml and sample.yaml name what is there" manifests
check "zephyr: the sample asks" prints "https://localhost:$GOOD_TLS12" '^Yes\.$'
check "zephyr: an expired certificate is refused" prints "https://localhost:$EXPIRED" CERTIFICATE
check "zephyr: an unknown CA is refused" prints "https://localhost:$UNKNOWN_CA" CERTIFICATE
check "zephyr: nobody listens" prints "https://localhost:1" 'CONNECT: .*phase connect'
check "zephyr: with switches off" builds "https://localhost:$GOOD" LITELLM_TEMPLATES=n LITELLM_MODELS=n
exit $status
