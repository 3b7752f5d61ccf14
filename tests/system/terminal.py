#!/usr/bin/env python3
"""Utilities on the console's terminal inside the system: those of tests/coreutils/terminal.py that
have to do with terminal, signals and processes; with SOAK all of them. On the host
tests/system/terminal_host.sh runs them all.

timeout: 120
"""
import os
import sys

from umk import METAL, SOAK, TOP, check, need_umk, run_argv

sys.path.insert(0, os.path.join(TOP, "tests", "coreutils"))
import terminal  # noqa: E402

need_umk()


def start(text, columns, rows):
    """As ion's script: a folder of its own is what a fresh system's is."""
    script = "cd /tmp; " + text
    return terminal.Run(run_argv("ion", "-c", script), columns, rows)


FEW = ["less_moves", "less_input", "less_text", "less_long", "top", "listings", "stty",
       "reset", "install", "logger"]
if not METAL:
    # nothing tells a machine on a serial line of another size; its memory is another
    FEW += ["less_lines", "tables"]
check(terminal.run_all(start, sys.argv[1:] or ([] if SOAK and not METAL else FEW)) == 0)
