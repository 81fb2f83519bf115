#!/bin/sh
# with_gateway.sh DIR PROGRAM... - run each PROGRAM with the real gateway.
#
# Sets it up in DIR, starts it, gives its address and key in the environment,
# and stops it, unless it was running before. Exit: the highest of the
# programs', or 3 when the gateway cannot be had.
set -u

[ $# -ge 2 ] || { echo "usage: with_gateway.sh DIR PROGRAM..." >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
shift
gateway() { sh "$here/../gateway/gateway.sh" "$1" "$dir" 9>&-; }

# One user at a time; what runs here for long does not inherit the lock.
mkdir -p "$dir"
exec 9> "$dir/lock"
flock 9

# Where it cannot be had, the gateway's set-up says so.
if nginx=$(sh "$here/../tools/nginx.sh" "$dir/nginx"); then
	PATH=${nginx%/*}:$PATH
	export PATH
fi

if gateway status > /dev/null 2>&1; then
	end() { :; }
else
	end() { gateway stop; }
	trap 'end; exit 130' HUP INT TERM
	gateway setup && gateway start || { end; exit 3; }
fi
set -a
. "$dir/env"
set +a
worst=0
for program; do
	"$program" 9>&-
	status=$?
	[ $status -le $worst ] || worst=$status
done
end
exit $worst
