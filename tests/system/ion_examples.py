#!/usr/bin/env python3
# metal: no, directories of the host are shared with the system
"""The examples of tests/ion/spec inside the system, but for those that need what is not there: a
POSIX shell, or fifos with names. tests/system/ion.sh runs all of them on the host.

timeout: 200
"""
import os
import re
import sys

from umk import INITFS, TOP, UMK, check, host, need_umk

sys.path.insert(0, os.path.join(TOP, "tests", "ion"))
import run  # noqa: E402

need_umk()
MISSING = re.compile(r"\b(sh|mkfifo|source-sh|exec -c)\b")
examples = [e for e in run.examples() if not MISSING.search(e.script)]
check(len(examples) > 450, f"only {len(examples)} examples were found")
os.mkdir("share")
for n, e in enumerate(examples):
    with open(f"share/{n}.in", "w") as f:
        f.write(e.script)
done = host([UMK, "run", "--initfs", INITFS, "--share", "x=share", "--",
             "/scheme/initfs/tests/ion_examples", "/scheme/x", str(len(examples))], seconds=180)
check(done.returncode == 0, done)
failed = 0
for n, e in enumerate(examples):
    with open(f"share/{n}.out", "rb") as f:
        output = f.read()
    with open(f"share/{n}.status") as f:
        status = os.waitstatus_to_exitcode(int(f.read()))
    got = run.shown(output, f"ion-{n}", status)
    if not e.passes(got):
        failed += run.report(f"{e.title}\n{e.script}", e.want, got)
check(failed == 0, f"{failed} of {len(examples)} examples failed")
