#!/bin/sh
# The bell protocol loses no wake-up, whoever dies at whatever step; and each step of it is needed:
# a model without it must fail.
# timeout: 300
#
# With SOAK=1 also the largest models: both clients, the signal and a death in one run.
set -u
here=$(cd "$(dirname "$0")" && pwd)
command -v spin >/dev/null || { echo "spin is not installed"; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
status=0

# errors DEFINES...: prints how many errors an exhaustive search finds, or why there is no answer.
errors() {
    rm -f pan pan.* ./*.trail
    # shellcheck disable=SC2086 # a list of words
    spin "$@" -a "$here/bell.pml" >spin.out 2>&1 || { cat spin.out; return; }
    gcc -O2 -w -DSAFETY -DCOLLAPSE -DMEMLIM=6000 -o pan pan.c || { echo "pan.c"; return; }
    ./pan -E -m100000 -w22 >pan.out 2>&1
    if grep -q 'Search not completed' pan.out && ! grep -q 'assertion violated' pan.out; then
        echo "incomplete"
        return
    fi
    sed -n 's/.*errors: \([0-9]*\).*/\1/p' pan.out
}

holds() {
    found=$(errors "$@")
    echo "holds: $* : $found errors, $(sed -n 's/^ *\([0-9]*\) states, stored/\1/p' pan.out) states"
    [ "$found" = 0 ] || { cat pan.out; status=1; }
}

# Not any error will do: the monitor must have seen somebody asleep for good.
fails() {
    found=$(errors "$@")
    echo "mutant: $* : $found errors"
    grep -q 'assertion violated' pan.out || { cat pan.out; status=1; }
}

holds -DREQUESTS=2
holds -DREQUESTS=2 -DONE_CLIENT -DVICTIM=0
holds -DREQUESTS=2 -DONE_CLIENT -DVICTIM=SERVER
holds -DREQUESTS=1 -DNO_SIGNAL -DVICTIM=1

fails -DONE_CLIENT -DNO_SIGNAL -DNO_CLIENT_BARRIER
fails -DONE_CLIENT -DNO_SIGNAL -DNO_SERVER_BARRIER
fails -DONE_CLIENT -DNO_SIGNAL -DNO_RECHECK
fails -DONE_CLIENT -DNO_SIGNAL -DNO_COMPARE
fails -DONE_CLIENT -DNO_SIGNAL_LOOK
fails -DONE_CLIENT -DNO_SIGNAL -DVICTIM=SERVER -DNO_CLOSED_CHECK
fails -DONE_CLIENT -DNO_SIGNAL -DVICTIM=SERVER -DNO_KERNEL_BARRIER
fails -DONE_CLIENT -DNO_SIGNAL -DVICTIM=SERVER -DNO_BLIND_WAKE

if [ -n "${SOAK:-}" ]; then
    holds -DREQUESTS=1 -DNO_SIGNAL -DVICTIM=SERVER
    holds -DREQUESTS=1 -DVICTIM=0
    holds -DREQUESTS=1 -DVICTIM=1
    holds -DREQUESTS=1 -DVICTIM=SERVER
fi
exit $status
