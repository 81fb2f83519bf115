#!/bin/sh
# cortex_m.sh IMAGE [ARGUMENT...] - run a test program on an emulated Cortex-M.
#
# It prints to standard output, reads the host's files, and its exit status is
# this one's. No argument may hold a blank. $QEMU may hold more options.
image=$1
words=
for word; do words=$words,arg=$word; done
exec qemu-system-arm -M mps2-an386 -display none -monitor none -serial none \
	-semihosting-config "enable=on,target=native$words" \
	$QEMU -kernel "$image" 2>&1
