#!/usr/bin/env python3
"""A system of 64 MiB: what asks for more gets an error, and everything else goes on.

timeout: 120
ways: emulated
"""
import os

from umk import BUILD, INITFS, METAL, check, expect, ion, need_umk, run

need_umk()
# The boot archive lies in that memory, with all the tests in it: what they take comes on top. On
# bare hardware all of the archive does.
USUAL = 0 if METAL else os.path.getsize(os.path.join(BUILD, "initfs.cpio"))
MIB = 64 + (os.path.getsize(INITFS) - USUAL >> 20)
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
