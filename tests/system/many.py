#!/usr/bin/env python3
# metal: no, it starts fifty systems, too many for QEMU
"""Fifty systems side by side: each boots, answers, and ends by itself.

timeout: 180
alone: yes
"""
import os
import subprocess
import time

from umk import check, need_umk, read_until, run_argv

COUNT = 50

need_umk()
start = time.monotonic()
systems = []
try:
    for _ in range(COUNT):
        systems.append(subprocess.Popen(run_argv("cat"), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE))
    for number, p in enumerate(systems):
        os.write(p.stdin.fileno(), b"system %d\n" % number)
    for number, p in enumerate(systems):
        check(read_until(p.stdout.fileno(), rb"\n", 120) == b"system %d\n" % number)
    print(f"{COUNT} systems up after {time.monotonic() - start:.1f} s")
    for p in systems:
        p.stdin.close()
    for number, p in enumerate(systems):
        check(p.wait(60) == 0, f"system {number}: status {p.returncode}", p.stderr.read())
finally:
    for p in systems:
        if p.poll() is None:
            p.kill()
            p.wait()
