#!/bin/sh
# demo.sh PROGRAM - the demo: PROGRAM against a server, the first of these
# that can be had:
#
#   the one of LITELLM_BASE_URL, with LITELLM_API_KEY; LITELLM_CA_FILE says
#       whom to trust, else the system's certificates
#   the real LiteLLM proxy with a small language model, on this machine
#   the scripted gateway, which has one answer
#
# Everything it starts ends with it, also by Ctrl-C.
set -u

[ $# = 1 ] || { echo "usage: demo.sh PROGRAM" >&2; exit 2; }
program=$1
here=$(cd "$(dirname "$0")" && pwd)
say() { echo "demo: $*" >&2; }

if [ -n "${LITELLM_BASE_URL:-}" ] && [ -n "${LITELLM_API_KEY:-}" ]; then
	bundle=/etc/ssl/certs/ca-certificates.crt
	[ -n "${LITELLM_CA_FILE:-}" ] ||
		"$here/../tools/need.sh" $bundle:ca-certificates || exit
	say "asking $LITELLM_BASE_URL"
	exec "$program"
fi
[ -z "${LITELLM_BASE_URL:-}${LITELLM_API_KEY:-}" ] ||
	say "LITELLM_BASE_URL and LITELLM_API_KEY go together: starting a gateway"

unset LITELLM_BASE_URL LITELLM_API_KEY LITELLM_CA_FILE LITELLM_MODEL
say "starting the LiteLLM proxy and a model of 135 million parameters;"
say "the first time they are installed in build/gateway, 900 MB"
trap 'exit 130' HUP INT TERM
"$here/with_gateway.sh" build/gateway "$program"
status=$?
[ $status = 3 ] || exit $status

say "no real gateway: this is the scripted one, whose answer is fixed"
dir=build/demo
server=
end() { [ -z "$server" ] || kill "$server" 2> /dev/null; }
trap 'end; exit 130' HUP INT TERM
mkdir -p $dir
rm -f $dir/ports
"$here/../gateway/certificates.sh" $dir || exit
python3 "$here/../gateway/scripted.py" --dir $dir --ports-file $dir/ports \
	2> $dir/log &
server=$!
tries=100
until [ -e $dir/ports ]; do
	tries=$((tries - 1))
	if [ $tries = 0 ] || ! kill -0 $server 2> /dev/null; then
		say "the scripted gateway does not start either:"
		tail -n 5 $dir/log >&2
		end
		exit 1
	fi
	sleep 0.1
done
. $dir/ports
LITELLM_BASE_URL=https://localhost:$GOOD LITELLM_API_KEY=sk-demo \
	LITELLM_CA_FILE=$dir/ca.pem \
	LITELLM_MODEL='say:Try "The Name of the Wind" by Patrick Rothfuss.' \
	"$program"
status=$?
end
exit $status
