#!/usr/bin/env python3
"""glob beside the host's: the same random trees and patterns, made and looked for inside the system
and on the host, give the same text. SEED and COUNT are taken from the environment.

timeout: 120
"""
import difflib
import os

from umk import METAL, SOAK, BUILD, check, host, need_umk, run

FIRST = int(os.environ.get("SEED", "1"))
COUNT = os.environ.get("COUNT", "30" if METAL else "2000")

need_umk()
for seed in range(FIRST, FIRST + (50 if SOAK else 4)):
    ours = run("/scheme/initfs/tests/glob_random", str(seed), COUNT, seconds=60)
    theirs = host([os.path.join(BUILD, "unit/native/glob_random"), str(seed), COUNT], seconds=60)
    check(ours.returncode == 0 and theirs.returncode == 0, ours.stderr, theirs)
    different = [line for line in difflib.unified_diff(
        theirs.stdout.decode().splitlines(), ours.stdout.decode().splitlines(), "host", "system",
        n=0, lineterm="")]
    check(not different, f"seed {seed}", *different[:40])
    check(ours.stdout.count(b"\n") > int(COUNT) // 2, f"seed {seed}: too few lines")
