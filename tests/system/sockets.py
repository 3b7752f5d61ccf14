#!/usr/bin/env python3
# metal: no, it is about a disk image behind a driver of the host
"""Names of Unix sockets, in memory and on a disk: what they lead to while the system runs, and that
nobody listens behind one that an earlier system has left.

timeout: 60
"""
import os

from umk import BUILD, INITFS, UMK, check, expect, host, make_image, need_umk

need_umk()
IMAGE = "root.img"
PROGRAM = "/scheme/initfs/tests/fs_sockets"


def run(*command):
    return host([UMK, "run", "--initfs", INITFS, "--image", IMAGE, "--", *command])


expect(host([UMK, "run", "--initfs", INITFS, "--", PROGRAM, "/tmp"]), 0, b"")
make_image(IMAGE)
expect(run(PROGRAM, "/data"), 0, b"")
expect(run(PROGRAM, "bind", "/data", "left"), 0, b"")
expect(run(PROGRAM, "refused", "/data/left"), 0, b"")
done = run("ls", "-l", "/data")
check(b"srwxrwxrwx" in done.stdout, done)
expect(run("ion", "-c", "rm /data/left; ls /data"), 0, b"")
fsck = os.path.join(BUILD, "tools/redoxfs-fsck")
check(host([fsck, IMAGE]).returncode == 0, "the image has faults")
