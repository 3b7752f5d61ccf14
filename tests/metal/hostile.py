#!/usr/bin/env python3
"""Hostile programs on bare hardware: only they may suffer. hostile_cpu does to the processor, to
kernel addresses and to the machine's own call what a program must not, each in a child.

timeout: 200
metal: also with 4 processors
"""
from umk import check, ion, need_umk

need_umk()
done = ion("/scheme/initfs/tests/hostile_cpu; echo status $?; echo alive > /tmp/x; cat /tmp/x",
           seconds=150)
check(done.returncode == 0, done.stdout, done.stderr[-2000:])
check(done.stdout == b"all ended as they must\nstatus 0\nalive\n", done.stdout)
# Each that died was reported, and nothing was said of the kernel.
check(done.stderr.count(b" died: ") > 250 and b"panic" not in done.stderr, done.stderr[-2000:])
