#!/bin/sh
# pico.sh - the example for the Pico. See check.sh.
#
# The Pico SDK is in no package of Debian 12: pico/ declares so much of its interface as the example uses. lwIP and
# mbedTLS, with the example's configurations, are real. Compiled, for both chips; not linked.
. "$(dirname "$0")/check.sh"
lwip=$("$root/tests/tools/source.sh" lwip 2.2.1 "$root/build/src") || { echo "not ok pico: no sources of lwIP"; exit 1; }
mbedtls=$("$root/tests/tools/source.sh" mbedtls 3.6 "$root/build/src") ||
	{ echo "not ok pico: no sources of mbedTLS"; exit 1; }
for header in pico/cyw43_arch.h pico/rand.h pico/stdlib.h; do
	mkdir -p "$work/shim/pico" "$work/shim/arch"
	echo "#include \"$root/tests/packages/pico/pico.h\"" > "$work/shim/$header"
done
cp "$root/tests/packages/pico/cc.h" "$work/shim/arch"

# The CMake file's lines that make ca.h of ca.pem.
makes_ca() {
	{ echo 'cmake_minimum_required(VERSION 3.13)'; echo 'project(ca LANGUAGES C)'
		sed -n '/^set(CA /,/ca\[\]/p' "$root/examples/pico/CMakeLists.txt"; } > "$work/CMakeLists.txt" &&
		cmake -S "$work" -B "$work/shim" -DCA="$root/examples/pico/ca.pem" &&
		printf '#include "ca.h"\n#include <stdio.h>\nint main(void) { return fputs(ca, stdout) < 0; }\n' > "$work/ca.c" &&
		cc -I"$work/shim" -o "$work/ca" "$work/ca.c" && "$work/ca" > "$work/ca.pem" &&
		cmp "$work/ca.pem" "$root/examples/pico/ca.pem"
}

# compiles CPU FILE - by the example's configurations.
compiles() {
	arm-none-eabi-gcc -mcpu="$1" -mthumb -std=gnu11 -Os -Wall -Wextra -DMBEDTLS_CONFIG_FILE='"mbedtls_config.h"' \
		-DWIFI_SSID='"a"' -DWIFI_PASSWORD='"b"' -DBASE_URL='"https://c"' -DAPI_KEY='"d"' -DMODEL='"e"' \
		-I"$root/examples/pico" -I"$root" -I"$work/shim" -isystem "$lwip/src/include" -isystem "$mbedtls/include" \
		-c -o "$work/main.o" "$2"
}

check "pico: its CMake file makes C of ca.pem" makes_ca
check "pico: the example compiles for RP2040" compiles cortex-m0plus "$root/examples/pico/main.c"
check "pico: the example compiles for RP2350" compiles cortex-m33 "$root/examples/pico/main.c"
check "pico: lwIP's SNTP compiles with lwipopts.h" compiles cortex-m33 "$lwip/src/apps/sntp/sntp.c"
check "pico: lwIP's TCP compiles with lwipopts.h" compiles cortex-m33 "$lwip/src/core/tcp_in.c"
check "pico: mbedTLS's client compiles with mbedtls_config.h" compiles cortex-m33 "$mbedtls/library/ssl_tls12_client.c"
exit $status
