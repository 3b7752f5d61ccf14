#!/usr/bin/env python3
"""Damage to memory is found: by the allocator, the checked string functions and the stack's guard,
with a line that says what; and under valgrind by memcheck, which our allocator speaks to.

timeout: 180
metal: no, it runs programs under a tool of the host
"""
import re
import shutil

from umk import check, need_umk, run

PROGRAM = "/scheme/initfs/tests/damage"
FOUND = {
    "double_free": b"malloc: .*0x[0-9a-f]+",
    "bad_free": b"malloc: .*0x[0-9a-f]+",
    "header": b"malloc: .*0x[0-9a-f]+",
    "memcpy": b"buffer overflow detected",
    "strcpy": b"buffer overflow detected",
    "sprintf": b"buffer overflow detected",
    "fgets": b"buffer overflow detected",
    "stack": b"stack smashing",
}

need_umk()
for how, line in FOUND.items():
    done = run(PROGRAM, how, seconds=20, options=["--verbose"])
    check(done.returncode == 128 + 6, how, done)
    check(re.search(line, done.stderr), how, done.stderr.decode(errors="replace"))
if shutil.which("valgrind"):
    wrap = "damage=valgrind --leak-check=full"
    done = run(PROGRAM, "use_after_free", options=["--wrap", wrap], seconds=60)
    check(re.search(rb"Invalid write of size 1.*\n.*use_after_free \(damage.c:", done.stderr),
          done.stderr.decode(errors="replace"))
    check(b"free'd" in done.stderr, done.stderr.decode(errors="replace"))
    done = run(PROGRAM, "leak", options=["--wrap", wrap], seconds=60)
    found = re.search(rb"([0-9,]+) bytes in \d+ blocks are definitely lost", done.stderr)
    check(found and int(found[1].replace(b",", b"")) >= 9 * 123,
          done.stderr.decode(errors="replace"))
