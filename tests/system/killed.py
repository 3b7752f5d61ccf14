#!/usr/bin/env python3
# metal: no, it kills processes of the host
"""kill -9 of umk, of its kernel process, or a polite signal, at any moment: no process is left.

timeout: 180
"""
import os
import random
import signal
import subprocess
import time

from umk import (SOAK, Terminal, adopt, check, children_of, descendants_of, need_umk, run_argv,
                 wait_for)

need_umk()
adopt()
rng = random.Random(int(os.environ.get("SEED", "1")))


def nobody_left():
    """Our children are the system's remains: reaps the dead, true when none lives."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return False
        except ChildProcessError:
            return True


def attack(victim_of, sig, delay, what, complete=0):
    p = subprocess.Popen(run_argv("ion", "-c", "sleep 1000 | cat | cat"), stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    wait_for(lambda: len(descendants_of(p.pid)) >= complete, 10, "the system runs")
    victim = victim_of(p.pid)
    count = len(descendants_of(p.pid))
    if victim:
        os.kill(victim, sig)
    wait_for(nobody_left, 3, f"{what} after {delay:.3f} s, with {count} processes: all gone")
    return count


def itself(pid):
    return pid


def kernel(pid):
    found = children_of(pid)
    return found[0] if found else pid


most = 0
for _ in range(200 if SOAK else 8):
    delay = rng.choice([0.001, 0.01, 0.03, 0.1]) * rng.random() * 2
    attack(itself, signal.SIGKILL, delay, "kill -9 of umk")
    attack(kernel, signal.SIGKILL, delay, "kill -9 of the kernel")
for victim in (itself, kernel):
    most = max(most, attack(victim, signal.SIGKILL, 1, "kill -9 of a running system"))
check(most >= 6, f"the system never had more than {most} processes")
for sig in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    attack(itself, sig, 0.1, f"{sig.name} to umk", most)
for _ in range(400 if SOAK else 25):
    delay = rng.choice([0.001, 0.01, 0.03, 0.1]) * rng.random() * 2
    sig = rng.choice([signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    attack(itself, sig, delay, f"{sig.name} to umk")
    # The terminal's own goes to all processes of umk that are in its group.
    with Terminal(run_argv("sleep", "1000")) as t:
        time.sleep(delay)
        t.type(b"\x03")
        status = t.ended(5)
        check(status in (-signal.SIGINT, 128 + signal.SIGINT), f"^C after {delay:.4f} s", status)
        wait_for(nobody_left, 3, f"^C after {delay:.4f} s: all gone")
