#!/bin/sh
# buildroot.sh CERTIFICATES PORTS - the package for Buildroot, which buildroot/stub.mk stands for. See check.sh.
. "$(dirname "$0")/check.sh"
release

# makes NAME [VARIABLE=VALUE...]
makes() {
	name=$1
	shift
	make -f "$root/tests/packages/buildroot/stub.mk" PACKAGE="$recipes/buildroot" OUT="$work/$name" "$@"
}

# What menuconfig says.
configures() {
	printf 'config BR2_PACKAGE_MBEDTLS\n\tbool\nconfig BR2_PACKAGE_CA_CERTIFICATES\n\tbool\n' > "$work/Kconfig" &&
		CONFIG_='' "$root/tests/packages/kconfig.py" "$work/config" "$work/Kconfig" "$recipes/buildroot/Config.in" \
			BR2_PACKAGE_LITELLM_CALL=y BR2_PACKAGE_LITELLM_CALL_ASK=y && grep "MBEDTLS 1" "$work/config" &&
		grep "CA_CERTIFICATES 1" "$work/config"
}

damages() {
	cp -R "$recipes" "$work/damaged" && sed -i "s/^sha256  ./sha256  g/" "$work/damaged"/buildroot/*.hash &&
		makes damaged PACKAGE="$work/damaged/buildroot"
}

check "buildroot: Config.in selects what litellm-ask needs" configures
check "buildroot: headers alone" makes headers && check "buildroot: nothing on the target" [ ! -e "$work/headers/target" ]
check "buildroot: a consumer builds" cc -I"$work/headers/staging/usr/include/litellm_call" -o "$work/plain" \
	"$root/tests/packages/consumer/main.c" && check "buildroot: it asks" asks "$work/plain" "http://localhost:$PLAIN"
check "buildroot: with litellm-ask" makes ask BR2_PACKAGE_LITELLM_CALL_ASK=y &&
	check "buildroot: litellm-ask answers" ask_answers "$work/ask/target/usr/bin/litellm-ask"
check_fails "buildroot: another hash is refused" "checksum" damages
exit $status
