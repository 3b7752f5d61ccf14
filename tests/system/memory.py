#!/usr/bin/env python3
"""A system of 64 MiB: what asks for more gets an error, and everything else goes on.

timeout: 120
ways: emulated
"""
import os

from umk import INITFS, METAL, check, expect, ion, need_umk, run

need_umk()
# On bare hardware the boot archive, with all the tests in it, lies in that memory too.
MIB = 64 + (os.path.getsize(INITFS) >> 20 if METAL else 0)
SMALL = ["--mem", f"{MIB}M"]

expect(run("echo", "hi", options=SMALL), 0, b"hi\n")

# A file that grows without end fills the memory; removing it gives it back.
done = ion("cat /scheme/zero > /tmp/fill; echo status $?; rm /tmp/fill; echo alive > /tmp/x;"
           " cat /tmp/x", options=SMALL, seconds=60)
check(done.returncode == 0, done)
lines = done.stdout.splitlines()
check(lines[0].startswith(b"status ") and lines[0] != b"status 0", done)
check(lines[1:] == [b"alive"], done)
check(b"/tmp/fill" in done.stderr or b"cat" in done.stderr, "no word about why", done.stderr)

# A program that takes all it gets.
done = ion("/scheme/initfs/tests/hostile_exhaust memory; echo alive; ls /scheme | cat > /tmp/x;"
           " echo $?", options=SMALL, seconds=60)
check(done.returncode == 0 and done.stdout.splitlines()[-2:] == [b"alive", b"0"], done)
