#!/bin/sh
# nginx.sh DIR - print where nginx is: in the PATH, or unpacked in DIR.
#
# It is not installed: then it would serve on port 80 from now on and after each boot.
# Exit: 0 it is there, 2 wrong use, 3 it cannot be reached.
set -u

[ $# -eq 1 ] || { echo "usage: nginx.sh DIR" >&2; exit 2; }
PATH=$PATH:/usr/sbin:/sbin # where it is, if not for every user
if command -v nginx; then exit 0; fi
if [ "${LITELLM_NO_INSTALL:-}" = 1 ] && [ ! -e "$1/.nginx" ]; then
	echo "nginx.sh: nginx is missing (LITELLM_NO_INSTALL=1, so not unpacked)" >&2
	exit 3
fi
mkdir -p "$1"
exec 9> "$1/.lock" # one at a time
flock 9
"$(dirname "$0")/unpack.sh" nginx "$1" || exit
echo "$(cd "$1" && pwd)/usr/sbin/nginx"
