#!/bin/sh
# cmake.sh CERTIFICATES PORTS - the three ways to use CMake, and what the package refuses. See check.sh.
. "$(dirname "$0")/check.sh"
consumer=$root/tests/packages/consumer

# configure HOW [OPTION...] - and build.
configure() {
	how=$1
	shift
	cmake -S "$consumer" -B "$work/$how" -DROOT="$root" -DHOW="${how%%-*}" "$@" &&
		cmake --build "$work/$how"
}

installs() {
	cmake -S "$root" -B "$work/build" -DCMAKE_INSTALL_PREFIX="$work/usr" && cmake --install "$work/build"
}

check "cmake: installs" installs
for how in find_package add_subdirectory FetchContent; do
	check "cmake: $how builds" configure "$how" -DCMAKE_PREFIX_PATH="$work/usr" -DVERSION="${version%.*}" &&
		check_both "cmake: $how" "$work/$how"
done
check "cmake: a project that contains it installs nothing of it" sh -c \
	"cmake --install '$work/add_subdirectory' --prefix '$work/nothing' && [ ! -e '$work/nothing/include' ]"
check_fails "cmake: another minor version is refused" "compatible with requested version" \
	configure find_package-other -DCMAKE_PREFIX_PATH="$work/usr" -DVERSION=0.99

# What docs/cmake.md says, in an empty folder.
documented() {
	mkdir -p "$work/new/third_party" && cd "$work/new" && ln -s "$root" third_party/litellm_call &&
		sed -n '/^cat > CMakeLists.txt/,/^END/p' "$root/docs/cmake.md" | sh &&
		cp "$consumer/main.c" . && cmake -B build -DCMAKE_C_FLAGS=-DUSE_TLS && cmake --build build &&
		asks build/my_program "https://localhost:$GOOD"
}

check "cmake: docs/cmake.md in an empty folder" documented
check "cmake: docs/cmake.md names the version" \
	grep -q "find_package(litellm_call ${version%.*} REQUIRED)" "$root/docs/cmake.md"
exit $status
