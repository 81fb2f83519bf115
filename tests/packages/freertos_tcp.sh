#!/bin/sh
# freertos_tcp.sh CERTIFICATES PORTS - the port for FreeRTOS-Plus-TCP. See check.sh.
#
# FreeRTOS is in no Debian package: ports/freertos_tcp_shim.h has so much of its interface, over POSIX, as the port uses.
. "$(dirname "$0")/check.sh"
ports=$root/tests/packages/ports
mkdir "$work/shim"
for header in FreeRTOS.h task.h FreeRTOS_IP.h FreeRTOS_Sockets.h FreeRTOS_DNS.h; do
	echo "#include \"$ports/freertos_tcp_shim.h\"" > "$work/shim/$header"
done

compiles_with_tls() {
	gcc -DUSE_TLS -Wall -Wextra -Werror -I"$root" -I"$work/shim" -c -o "$work/tls.o" "$ports/freertos_tcp.c"
}

contract "freertos_tcp port" gcc -I"$work/shim" "$ports/freertos_tcp.c"
contract "freertos_tcp port, C++" g++ -I"$work/shim" -Wno-missing-field-initializers -x c++ "$ports/freertos_tcp.c"
check "freertos_tcp port: compiles with TLS" compiles_with_tls
exit $status
