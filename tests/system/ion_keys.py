#!/usr/bin/env python3
"""The interactive shell inside the system, on the console's terminal: those tests of
tests/ion/keys.py that have to do with terminal, signals and processes; with SOAK all of them.
tests/system/ion.sh runs them on the host.

timeout: 240
"""
import os
import sys

from umk import INITFS, METAL, SOAK, TOP, UMK, check, need_umk

sys.path.insert(0, os.path.join(TOP, "tests", "ion"))
import keys  # noqa: E402

need_umk()


def open_session():
    """The system starts a shell with another prompt; this one is the shell's own child."""
    session = keys.Shell([UMK, "run", "--initfs", INITFS])
    session.until(lambda: session.row().endswith("#"), "the prompt of the system")
    session.type("export ION = ion; let PROMPT = '> '\r")
    session.until(lambda: session.row() == ">", "the prompt of the tests")
    return session


FEW = ["emacs", "completion", "many_rows", "resize", "jobs", "read", "typed_ahead", "leaving"]
if METAL:
    FEW.remove("resize")  # nothing tells a machine on a serial line of that
check(keys.run_all(open_session, sys.argv[1:] or ([] if SOAK and not METAL else FEW)) == 0)
