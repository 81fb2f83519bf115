#!/bin/sh
# yocto.sh - the recipe for Yocto, by oelint-adv alone: bitbake is in no package. See check.sh.
. "$(dirname "$0")/check.sh"
oelint=$("$root/tests/tools/pip.sh" oelint-adv 9.11.2 oelint-adv "$root/build/pip") ||
	{ echo "not ok yocto: no oelint-adv"; exit 1; }
URL=https://downloads.invalid/litellm_call
export URL
release

# The address is nobody's, and where to report faults is not known.
check "yocto: oelint-adv is content" "$oelint" --quiet --suppress oelint.vars.homepageping \
	--suppress oelint.var.suggestedvar.BUGTRACKER "$recipes"/yocto/*.bb
exit $status
