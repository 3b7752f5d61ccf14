#!/usr/bin/env python3
"""The schemes a running system shows, and what the small ones give.

timeout: 120
"""
import os
import subprocess

from umk import BOOT_SECONDS, check, expect, ion, need_umk, run, run_argv

need_umk()

names = set(run("ls", "/scheme").stdout.decode().split())
wanted = {"debug", "event", "memory", "pipe", "irq", "time", "sys", "initfs", "log", "null", "zero",
          "rand", "file"}
check(wanted <= names, f"missing in /scheme: {wanted - names}", f"there are: {sorted(names)}")

uname = run("cat", "/scheme/sys/uname")
expect(uname, 0, err=b"")
check(uname.stdout.startswith(b"Redox\n") or b"umk" in uname.stdout, uname)
check(len(uname.stdout.splitlines()) >= 4, "fewer lines than a uname has", uname)

context = run("cat", "/scheme/sys/context")
check(context.returncode == 0 and b"init" in context.stdout and b"ramfs" in context.stdout, context)

# Legacy names are the same places.
expect(run("cat", "sys:uname"), 0, uname.stdout)

expect(run("cat", "/scheme/null"), 0, b"")
expect(ion("echo gone > /scheme/null; echo $?"), 0, b"0\n")


def first_bytes(path, n):
    p = subprocess.Popen(run_argv("cat", path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL)
    data = b""
    while len(data) < n and (more := os.read(p.stdout.fileno(), n - len(data))):
        data += more
    p.stdout.close()
    p.wait(BOOT_SECONDS)
    return data


check(first_bytes("/scheme/zero", 100_000) == bytes(100_000))
one, two = first_bytes("/scheme/rand", 65536), first_bytes("/scheme/rand", 65536)
check(len(one) == len(two) == 65536 and one != two)
# 256 of each byte value are expected; six sigma is 96.
counts = [one.count(bytes([value])) for value in range(256)]
check(min(counts) > 160 and max(counts) < 352, f"{min(counts)}..{max(counts)} of each byte")

# A scheme or a file that is not there is an error, not a hang.
for path in ("/scheme/no-such", "/scheme/sys/no-such", "/scheme/initfs/no-such", "/no-such"):
    done = run("cat", path)
    check(done.returncode == 1 and done.stdout == b"" and path.encode() in done.stderr, done)
