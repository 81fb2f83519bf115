#!/bin/sh
# conan.sh CERTIFICATES PORTS - the recipe for Conan 2, with its test package, and what depends on it. See check.sh.
#
# No remote is asked: conan/mbedtls/ stands for the recipe of mbedTLS and has the system's libraries.
. "$(dirname "$0")/check.sh"
conan=$("$root/tests/tools/pip.sh" conan 2.34.0 conan "$root/build/pip") || { echo "not ok conan: no conan"; exit 1; }
release
export CONAN_HOME="$work/conan"
cd "$work" || exit 1 # where it leaves files

# created TLS - the test package says so.
created() {
	"$conan" create "$source/packaging/conan" --no-remote -o "&:tls=$1" > "$work/created" 2>&1
	cat "$work/created"
	grep -F "$version, TLS $2: {\"model\":\"ollama/llama3.2\",\"messages\":[" "$work/created"
}

consumer_builds() {
	"$conan" install --no-remote --requires="litellm_call/$version" -g CMakeDeps -g CMakeToolchain -of "$work/deps" &&
		cmake -S "$root/tests/packages/consumer" -B "$work/build" -DHOW=find_package -DVERSION="${version%.*}" \
			-DCMAKE_BUILD_TYPE=Release -DCMAKE_TOOLCHAIN_FILE="$work/deps/conan_toolchain.cmake" &&
		cmake --build "$work/build"
}

check "conan: a profile" "$conan" profile detect
check "conan: creates the package without TLS" created False 0
check "conan: mbedTLS" "$conan" create "$root/tests/packages/conan/mbedtls" --no-remote
check "conan: creates the package with mbedTLS" created True 1
check "conan: a consumer builds" consumer_builds && check_both "conan" "$work/build"
exit $status
