#!/usr/bin/env python3
# metal: no, servers under sanitizers are programs of the host
"""Each server built with AddressSanitizer and UBSan, at work in the system.

timeout: 240
"""
import os

from umk import BUILD, check, ion, need_umk

need_umk()

FILES = """
for i in 1..=50; mkdir /tmp/d$i; echo $i > /tmp/d$i/f; cp /tmp/d$i/f /tmp/d$i/g; end
for i in 1..=50; mv /tmp/d$i/g /tmp/d$i/h; cat /tmp/d$i/h; rm -r /tmp/d$i; end
"""
NUMBERS = b"".join(b"%d\n" % i for i in range(1, 51))
# Server: what it is put through, and what must come of it.
WORK = {
    "ramfs": (FILES, NUMBERS),
    "zerod": ("echo x > /scheme/null; cat /scheme/null; echo y > /scheme/zero; echo ok", b"ok\n"),
    "randd": ("echo seed > /scheme/rand; cp /scheme/null /tmp/x; echo ok", b"ok\n"),
    "logd": ("echo one > /scheme/log/test; echo two > /scheme/log; echo ok", b"ok\n"),
    "init": ("for i in 1..=20; echo $i > /tmp/i; end; echo ok", b"ok\n"),
    "initfs": ("ls /scheme/initfs/bin | cat > /tmp/x; cat /scheme/initfs/lib/init.d/00_logd.service"
               " | cat > /tmp/y; echo ok", b"ok\n"),
}
built = os.path.join(BUILD, "asan/bin")
for server, (script, out) in WORK.items():
    program = os.path.join(built, server)
    check(os.access(program, os.X_OK), f"{program} was not built")
    done = ion(script, options=["--wrap", f"{server}=@{os.path.abspath(program)}"], seconds=60)
    log = done.stderr.decode(errors="replace")
    check(done.returncode == 0 and done.stdout == out, server, done.stdout, log)
    for word in ("AddressSanitizer", "LeakSanitizer", "runtime error"):
        check(word not in log, server, log)
