#!/bin/sh
# esp_idf.sh CERTIFICATES PORTS - the component and its example. See check.sh.
#
# ESP-IDF is in no Debian package. esp_idf/ has so much of its headers and its build system, over POSIX, as they use:
# the example is built by its own CMake files, with its own Kconfig, and run.
. "$(dirname "$0")/check.sh"
shim=$root/tests/packages/esp_idf
export IDF_PATH="$shim"
headers="esp_crt_bundle.h esp_event.h esp_log.h esp_netif.h esp_netif_sntp.h esp_random.h freertos/FreeRTOS.h
	freertos/task.h lwip/errno.h lwip/netdb.h lwip/sockets.h lwip/sys.h nvs.h nvs_flash.h protocol_examples_common.h"
for header in $headers; do
	mkdir -p "$work/shim/$(dirname "$header")"
	echo "#include \"$shim/idf.h\"" > "$work/shim/$header"
done
printf 'config MBEDTLS_CERTIFICATE_BUNDLE\n\tbool "bundle"\n' > "$work/Kconfig.idf"

# configure URL [NAME=VALUE...] - the answers of menuconfig.
configure() {
	url=$1
	shift
	"$root/tests/packages/kconfig.py" "$work/sdkconfig.h" "$root/Kconfig" "$work/Kconfig.idf" \
		"$root/examples/esp-idf/main/Kconfig.projbuild" MBEDTLS_CERTIFICATE_BUNDLE=y "ASK_BASE_URL=$url" \
		"ASK_MODEL=answer:Yes." "$@"
}

builds() {
	configure "$@" && cmake -S "$root/examples/esp-idf" -B "$work/build" -DSHIM="$work/shim" \
		-DCONFIGURATION="$work" && cmake --build "$work/build"
}

# prints URL TEXT - the example, with the gateway there.
prints() {
	builds "$1" || return 1
	LITELLM_CA_FILE=$certificates/ca.pem timeout 60 "$work/build/ask" > "$work/printed"
	cat "$work/printed"
	grep -q "$2" "$work/printed"
}

# The library alone as for an ESP32-C3; the IDF's own compiler is not packaged either.
compiles_for_riscv() {
	configure "https://gateway" && riscv64-unknown-elf-gcc --specs=picolibc.specs -march=rv32imc -mabi=ilp32 -std=gnu17 -Os -Wall -Wextra -Werror \
		-DESP_PLATFORM -DCONFIG_IDF_TARGET_LINUX -DLITELLM_CALL_CONFIG_FILE='"port/kconfig.h"' -I"$root" -I"$work" \
		-c -o "$work/esp_idf.o" "$root/port/esp_idf.c"
}

# The registry's own tool; it wants each folder of examples to be there.
packs() {
	"$compote" component pack --project-dir "$root" --name litellm_call --dest-dir "$work/dist" &&
		mkdir "$work/packed" && tar -xzf "$work/dist/litellm_call_$version.tgz" -C "$work/packed" || return 1
	for file in litellm_call.h CMakeLists.txt cmake/esp_idf.cmake Kconfig port/esp_idf.c idf_component.yml; do
		[ -e "$work/packed/$file" ] || { echo "no $file"; return 1; }
	done
	[ ! -e "$work/packed/tests" ] && [ ! -e "$work/packed/build" ]
}

"$root/tests/packages/kconfig.py" --check "$root/Kconfig" || status=1
check "esp-idf: the example asks" prints "https://localhost:$GOOD" '^Yes\.$'
check "esp-idf: an expired certificate is refused with the bundle" prints "https://localhost:$EXPIRED" CERTIFICATE
check "esp-idf: an unknown CA is refused" prints "https://localhost:$UNKNOWN_CA" CERTIFICATE
check "esp-idf: a wrong host is refused" prints "https://localhost:$WRONG_HOST" CERTIFICATE
check "esp-idf: nobody listens" prints "https://localhost:1" 'CONNECT: .*phase connect'
check "esp-idf: with switches off" builds "https://localhost:$GOOD" LITELLM_TEMPLATES=n LITELLM_FLOAT=n \
	LITELLM_MODELS=n LITELLM_ERROR_TEXTS=n LITELLM_MAX_JSON_DEPTH=16
check "esp-idf: compiles for RV32" compiles_for_riscv
if compote=$("$root/tests/tools/pip.sh" idf-component-manager 3.1.2 compote "$root/build/pip"); then
	check "esp-idf: compote packs it" packs
else
	echo "# skipped, esp-idf: compote packs it"
fi
exit $status
