#!/usr/bin/env python3
"""The C library's functions as POSIX has them, inside the system: each tests/programs/posix_*.c
prints what is wrong and says so with its status. The same programs run on the host as well
(build/unit/native), which says whether they test rightly.

timeout: 180
"""
import os

from umk import TOP, check, need_umk, run

need_umk()
names = sorted(name[:-2] for name in os.listdir(os.path.join(TOP, "tests", "programs"))
               if name.startswith("posix_") and name.endswith(".c"))
check(names, "no program to run")
wrong = {}
for name in names:
    done = run(f"/scheme/initfs/tests/{name}", seconds=60)
    if done.returncode != 0 or done.stdout:
        wrong[name] = done
check(not wrong, *wrong.items())
