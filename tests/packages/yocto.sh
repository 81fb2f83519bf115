#!/bin/sh
# yocto.sh - the recipe for Yocto, by oelint-adv alone: bitbake is in no package. See check.sh.
. "$(dirname "$0")/check.sh"
oelint=$("$root/tests/tools/pip.sh" oelint-adv 9.11.2 oelint-adv "$root/build/pip") ||
	{ echo "not ok yocto: no oelint-adv"; exit 1; }
release

# The address of the example is nobody's.
check "yocto: oelint-adv is content" "$oelint" --quiet --suppress oelint.vars.homepageping "$recipes"/yocto/*.bb
exit $status
