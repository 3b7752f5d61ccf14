#!/usr/bin/env python3
# metal: no, it runs a server under a tool of the host
"""ramfs under valgrind, as it runs in the system: no error, nothing lost, and names in its reports.

timeout: 180
"""
import re
import shutil

from umk import check, ion, need_umk, run, skip

if not shutil.which("valgrind"):
    skip("valgrind is not installed")
need_umk()

# It would say so: a program that writes behind a block of our own allocator.
done = run("/scheme/initfs/tests/crash", "overflow", options=["--wrap", "crash=valgrind"],
           seconds=60)
check(re.search(rb"Invalid write.*\n.*overflow \(crash.c:", done.stderr), done.stderr.decode())

WORK = """
for i in 1..=20; mkdir /tmp/d$i; echo $i > /tmp/d$i/f; cp /tmp/d$i/f /tmp/d$i/g; end
for i in 1..=20; mv /tmp/d$i/g /tmp/d$i/h; cat /tmp/d$i/h; ls /tmp/d$i; rm -r /tmp/d$i; end
ls /tmp
"""
done = ion(WORK, seconds=120,
           options=["--wrap", "ramfs=valgrind --error-exitcode=99 --num-callers=20"])
wanted = b"".join(b"%d\nf\nh\n" % i for i in range(1, 21))
check(done.returncode == 0, done.stderr.decode(errors="replace"))
check(done.stdout == wanted, done.stdout, done.stderr.decode(errors="replace"))
check(b"Memcheck" in done.stderr, "valgrind did not run", done.stderr)
for line in re.findall(rb"ERROR SUMMARY: .*", done.stderr):
    check(line.startswith(b"ERROR SUMMARY: 0 errors"), done.stderr.decode(errors="replace"))
check(b"Invalid" not in done.stderr and b"uninitialised" not in done.stderr,
      done.stderr.decode(errors="replace"))
