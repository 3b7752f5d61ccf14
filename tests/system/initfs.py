#!/usr/bin/env python3
# metal: no, it is about messages of umk run; metal/boot.py has others
"""A boot archive that is missing, cut short or garbage: one line on stderr, status 2, at once.

timeout: 120
"""
import os
import random
import re
import subprocess
import time

from umk import INITFS, TOP, UMK, check, expect_complaint, host, need_umk

need_umk()
whole = open(INITFS, "rb").read()


def refused(content, what):
    with open("bad.cpio", "wb") as f:
        f.write(content)
    start = time.monotonic()
    done = host([UMK, "run", "--initfs", "bad.cpio", "--", "true"])
    check(done.returncode == 2, f"{what}: status {done.returncode}", done)
    check(done.stdout == b"" and re.fullmatch(rb"[^\n]+\n", done.stderr), what, done)
    check(time.monotonic() - start < 5, f"{what}: took more than 5 s")


expect_complaint(host([UMK, "run", "--initfs", "missing.cpio", "--", "true"]))
refused(b"", "empty")
refused(b"070701", "a magic number and nothing else")
refused(random.Random(3).randbytes(100_000), "garbage")
# Without its trailer an archive is not whole, wherever it ends.
for size in (1, 109, 110, 111, 4096, len(whole) // 3, len(whole) // 2, whole.rindex(b"TRAILER!!!")):
    refused(whole[:size], f"cut to {size} bytes")
refused(whole.replace(b"070701", b"070702", 1), "another format's magic number")

# A header that promises more than there is.
first = whole.index(b"070701")
size_field = first + 6 + 6 * 8
refused(whole[:size_field] + b"FFFFFFFF" + whole[size_field + 8:], "a file of 4 GiB")
name_field = first + 6 + 11 * 8
refused(whole[:name_field] + b"FFFFFFF0" + whole[name_field + 8:], "a name of 4 GiB")
refused(whole[:name_field] + b"ZZZZZZZZ" + whole[name_field + 8:], "digits that are none")

# A whole archive without an init.
os.mkdir("tree")
subprocess.run([os.path.join(TOP, "scripts/mkinitfs"), "empty.cpio", "tree"], check=True)
refused(open("empty.cpio", "rb").read(), "no bin/init")
