#!/usr/bin/env python3
"""ptyd inside the system: tests/programs/pty.c prints what is wrong and says so with its status."""
from umk import expect, need_umk, run

need_umk()
expect(run("/scheme/initfs/tests/pty", seconds=55), 0, out=b"")
