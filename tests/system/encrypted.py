#!/usr/bin/env python3
# metal: no, it is about a disk image behind a driver of the host
"""An encrypted root file system: its password is asked for on the console, where it is not shown to
anybody who reads on, and nothing opens it without.

timeout: 180
"""
import os

from umk import BUILD, INITFS, UMK, check, expect, host, need_umk

need_umk()
IMAGE = "root.img"


def run(lines, *command):
    return host([UMK, "run", "--initfs", INITFS, "--image", IMAGE, "--", *command],
                stdin=lines.encode(), seconds=80)


with open(IMAGE, "wb") as f:
    f.truncate(32 << 20)
done = host([os.path.join(BUILD, "tools/redoxfs-mkfs"), "--encrypt", IMAGE], stdin=b"open sesame\n")
check(done.returncode == 0, done)
done = run("wrong\nopen sesame\necho kept > /x\ncat > /y\nnot the password\n", "ion")
check(done.returncode == 0 and b"that is not it" in done.stderr, done)
expect(run("open sesame\n", "cat", "/x", "/y"), 0, b"kept\nnot the password\n")
with open(IMAGE, "rb") as f:
    check(b"not the password" not in f.read(), "the disk shows what was written")
done = run("one\ntwo\nthree\n", "cat", "/x")
check(done.returncode != 0 and done.stdout == b"", done)
