#!/bin/sh
# check.sh - what the scripts here share. Those that ask a gateway are run by tests/e2e/scripted_run.py, whose arguments
# come last:
#
#   tests/e2e/scripted_run.py sh tests/packages/NAME.sh CERTIFICATES PORTS
#
# Everything is made in a folder of its own, $work, outside of the repository, as users have it.
set -u

root=$(cd "$(dirname "$0")/../.." && pwd)
certificates=${1:-}
[ $# -lt 2 ] || . "$2"
version=$(sed -n 's/^#define LITELLM_VERSION "\(.*\)"/\1/p' "$root/litellm_call.h")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
status=0

# check NAME COMMAND... - ok if the command succeeds; else its output is the reason.
check() {
	checked=$1
	shift
	if "$@" > "$work/log" 2>&1; then
		echo "ok $checked"
	else
		status=1
		echo "not ok $checked: $(tail -n 15 "$work/log" | tr '\n' '|')"
		return 1
	fi
}

# check_fails NAME TEXT COMMAND... - ok if the command fails and says TEXT.
check_fails() {
	checked=$1 text=$2
	shift 2
	if "$@" > "$work/output" 2>&1; then
		status=1
		echo "not ok $checked: it succeeds"
	else
		check "$checked" grep "$text" "$work/output"
	fi
}

# asks PROGRAM URL - the consumer gets the answer.
asks() {
	answer=$(LITELLM_BASE_URL=$2 LITELLM_CA_FILE=$certificates/ca.pem "$1") || { echo "$answer"; return 1; }
	[ "$answer" = "Yes: Is it warm?" ] || { echo "printed $answer"; return 1; }
}

# check_both NAME FOLDER - the consumer's two programs, without and with TLS.
check_both() {
	check "$1, without TLS" asks "$2/plain" "http://localhost:$PLAIN"
	check "$1, with mbedTLS" asks "$2/tls" "https://localhost:$GOOD"
}

# ask_answers PROGRAM - the command line client does.
ask_answers() {
	answer=$("$1" --base-url "https://localhost:$GOOD" --ca "$certificates/ca.pem" --model 'answer:Yes: {last}' \
		"Is it warm?" < /dev/null) && [ "$answer" = "Yes: Is it warm?" ]
}

# release - as packaging/release.sh makes it: $tarball, $source with what is in it, $recipes with its hashes and, unless
# URL is set, the address of its folder.
release() {
	tarball=$("$root/packaging/release.sh" "$work/release") && tar -xzf "$tarball" -C "$work/release" ||
		{ echo "not ok a release: $tarball"; exit 1; }
	source=${tarball%.tar.gz} recipes=$work/release/packaging
}

# contract NAME COMPILER... - what a port promises, by a program of ports/, which the compiler makes and RUN runs.
contract() {
	checked=$1
	shift
	if ! "$@" ${SANITIZE:--g -fsanitize=address,undefined} -Wall -Wextra -I"$root" -pthread -o "$work/contract.exe" \
		> "$work/log" 2>&1; then
		status=1
		echo "not ok $checked: does not compile: $(head -n 15 "$work/log" | tr '\n' '|')"
		return
	fi
	timeout 100 ${RUN:-} "$work/contract.exe" "http://localhost:$PLAIN" > "$work/printed" || status=1
	sed -E "s/^(not ok|ok) /&$checked: /" "$work/printed"
}
