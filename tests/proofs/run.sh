#!/bin/sh
# run.sh DIR [--all] [--mutants] [NAME...] - unpack cbmc in DIR, then run.py with it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
shift
cbmc=$("$here/../tools/cbmc.sh" "$dir") || { echo "not ok cbmc: cannot be had here"; exit 1; }
exec python3 "$here/run.py" "$cbmc" "$@"
