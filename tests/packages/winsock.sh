#!/bin/sh
# winsock.sh CERTIFICATES PORTS - the port for Windows, by MinGW, and run by Wine. See check.sh.
#
# The sockets are Wine's: ports/winsock_shim.h puts under contract.h as much of POSIX as it uses.
. "$(dirname "$0")/check.sh"
ports=$root/tests/packages/ports
mingw=x86_64-w64-mingw32
mkdir -p "$work/shim/arpa" "$work/shim/sys"
for header in poll.h netdb.h arpa/inet.h sys/random.h sys/socket.h; do
	echo "#include \"$ports/winsock_shim.h\"" > "$work/shim/$header"
done

cat > "$work/include.c" <<'C'
#define LITELLM_CALL_IMPLEMENTATION
#include "litellm_call.h"
#include "port/winsock.h"
C

# strictly COMPILER... - the port by all the warnings of this repository.
strictly() {
	"$@" -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wcast-qual -Wundef -Wvla -Werror -I"$root" \
		-c -o "$work/include.o" "$work/include.c"
}

# The headers of mbedTLS are those of this machine.
compiles_with_tls() {
	$mingw-gcc -DUSE_TLS -Wall -Wextra -Werror -I"$root" -I"$work/shim" -idirafter /usr/include -c -o "$work/tls.o" \
		"$ports/winsock.c"
}

export SANITIZE=-static RUN=wine WINEPREFIX="$work/wine" WINEDEBUG=-all WINEDLLOVERRIDES=winemenubuilder.exe=
check "winsock port: C99, all warnings" strictly $mingw-gcc -std=c99
check "winsock port: C++11, all warnings" strictly $mingw-g++ -std=c++11 -x c++
check "winsock port: compiles with TLS" compiles_with_tls
check "winsock port: wine starts" timeout 200 wine cmd /c exit
contract "winsock port" $mingw-gcc -I"$work/shim" "$ports/winsock.c" -lws2_32 -lbcrypt
wineserver -k
exit $status
