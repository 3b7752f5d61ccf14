#!/usr/bin/env python3
"""libredox's functions, called inside the system: every program tests/programs/rx_*.c prints what
it finds wrong and says so with its status.

timeout: 120
ways: emulated
"""
import os

from umk import TOP, check, need_umk, run

need_umk()
folder = os.path.join(TOP, "tests", "programs")
programs = sorted(n[:-2] for n in os.listdir(folder) if n.startswith("rx_") and n.endswith(".c"))
check(programs, "no program to run")
wrong = {}
for name in programs:
    done = run(f"/scheme/initfs/tests/{name}", seconds=60)
    if done.returncode != 0 or done.stdout:
        wrong[name] = done
check(not wrong, *wrong.items())
