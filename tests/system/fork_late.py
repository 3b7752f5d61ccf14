#!/usr/bin/env python3
# metal: no, it stops processes of the host
"""On a host that does not let a forked child run, or not the kernel, for longer than a child has
to check in: the child is late, and nothing else.

timeout: 60
"""
import os
import re
import signal
import time

from umk import check, children_of, need_umk, system

STOPS = 6
PAUSE = 1.3

need_umk()


def stop_next_child(kernel, known):
    """Stops the first child of the kernel that was not there before, as soon as it is there."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        for pid in children_of(kernel):
            if pid not in known:
                try:
                    os.kill(pid, signal.SIGSTOP)
                except ProcessLookupError:
                    continue
                return pid
    check(False, "no fork within 5 s")


def pause(pid):
    os.kill(pid, signal.SIGSTOP)
    time.sleep(PAUSE)
    os.kill(pid, signal.SIGCONT)


seconds = int(STOPS * PAUSE * 2) + 2
with system("/scheme/initfs/tests/fork_many", str(seconds)) as p:
    time.sleep(1)
    kernel = children_of(p.pid)[0]
    known = set(children_of(kernel))
    for _ in range(STOPS):
        pid = stop_next_child(kernel, known)
        time.sleep(PAUSE)
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass # what was stopped is gone: the status tells
        pause(kernel)
    out, err = p.communicate(timeout=30)
    check(p.returncode == 0 and re.search(rb"^\d{2,} forks, 0 wrong$", out, re.M), out, err)
