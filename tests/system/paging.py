#!/usr/bin/env python3
"""umk run --paging emulated: what a program writes to is a page of the system's memory that the
kernel granted it, and none of Linux's own; the account of that memory is right at the end.

timeout: 120
metal: no, paging is not emulated there
"""
import os
import re

from umk import check, expect, need_umk, process_named, read_until, run, system, wait_for

AREAS = range(0x58000000, 0x5a000000)  # umk/abi/paged.h
EMULATED = ["--paging", "emulated"]


def writable(pid):
    """The writable mappings of a host process: (start, length, name)."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as f:
        lines = [line.split(maxsplit=5) for line in f]
    for words in lines:
        start, end = (int(word, 16) for word in words[0].split("-"))
        if words[1][1] == "w":
            yield start, end - start, words[5].strip() if len(words) > 5 else ""


need_umk()
done = run("echo", "hi", options=[*EMULATED, "--verbose"])
expect(done, 0, b"hi\n")
check(b"paging is emulated" in done.stderr, done.stderr)
check(b"account of RAM" not in done.stderr, done.stderr)

with system("cat", options=EMULATED) as p:
    os.write(p.stdin.fileno(), b"up\n")
    read_until(p.stdout.fileno(), rb"up\n")
    cat = wait_for(lambda: process_named(p.pid, "cat"), 5, "cat is in umk ps")
    of_ram = 0
    for start, length, name in writable(cat["host_pid"]):
        if re.match(r"/memfd:umk-ram\b", name):
            of_ram += length // 4096
        else:
            check(start in AREAS or name == "[stack]" or
                  re.match(r"/memfd:umk-(process|portal)\b", name), f"{start:#x} {length} {name}")
    check(of_ram >= 3, f"{of_ram} pages of RAM: data and stack are at least three")
    p.stdin.close()
    check(p.wait(10) == 0, p.returncode)

# A program that touches more than there is gets an error or is ended, and nobody else is.
done = run("ion", "-c", "/scheme/initfs/tests/hostile_exhaust touched; echo alive",
           options=[*EMULATED, "--mem", "64M"], seconds=60)
check(done.returncode == 0 and done.stdout.endswith(b"alive\n"), done)
