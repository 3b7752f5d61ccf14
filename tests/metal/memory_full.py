#!/usr/bin/env python3
"""A machine whose memory is full: files leave room for programs, and what was promised to one
program is not used up by what others take without having reserved it.

metal: also with 4
"""
from umk import check, expect, ion, need_umk, run

need_umk()
SMALL = ["--mem", "128M"]

# Files fill it; programs still start, and one of them removes the file.
done = ion("cat /scheme/zero > /tmp/fill; cat /tmp/fill | cat | cat | cat | wc -l; ls / | wc -l;"
           " rm /tmp/fill; echo alive > /tmp/x; cat /tmp/x", options=SMALL, seconds=100)
check(done.returncode == 0 and b"No space left" in done.stderr, done)
check(b"memory" not in done.stderr.lower(), done)
expect(done, 0, b"0\n8\nalive\n")

# Children whose stacks nobody reserved, beside a program that has reserved half of what is left.
done = run("/scheme/initfs/tests/promised_memory", options=SMALL, seconds=100)
check(done.returncode == 0 and b"children" in done.stdout, done)
