#!/usr/bin/env python3
# metal: no, the lines of a backtrace come from a tool of the host
"""A program that dies of a fault: the report names it, the cause, and the lines that led there.

timeout: 60
"""
from umk import check, ion, need_umk, run

need_umk()
CRASH = "/scheme/initfs/tests/crash"
CASES = {
    "null": (b"invalid memory access", b"touch_null", 11),
    "divide": (b"arithmetic error", b"divide", 8),
    "stack": (b"invalid memory access", b"exhaust_stack", 11),
    "abort": (b"abort", b"crash_here", 6),
}
for how, (cause, function, signal) in CASES.items():
    done = run(CRASH, how)
    check(done.returncode == 128 + signal, f"{how}: status {done.returncode}", done)
    check(done.stdout == b"", done)
    callers = () if how == "stack" else (b"crash_here", b"main")
    for word in (b"crash", cause, function, b"crash.c:", *callers):
        check(word in done.stderr, f"{how}: {word!r} is not in the report", done.stderr.decode())

# Its neighbours go on.
done = ion(f"{CRASH} null &; wait; echo alive")
check(done.returncode == 0 and done.stdout == b"alive\n", done)
