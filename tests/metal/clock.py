#!/usr/bin/env python3
"""The wall clock on bare hardware is the machine's, by rtcd; I/O ports are drivers', but for the
kernel's own.

timeout: 150
"""
from umk import check, ion, need_umk

need_umk()
done = ion("date +%Y-%m-%d; "
           "dd if=/scheme/memory/ports bs=1 skip=113 count=1 | wc -c; "
           "dd if=/scheme/memory/ports bs=1 skip=1016 count=1 | wc -c",
           options=["--append", "umk.time=1000", "--qemu", "-rtc base=2031-02-03T04:05:06"])
check(done.stdout == b"2031-02-03\n1\n0\n" and b"ermission denied" in done.stderr, done)
