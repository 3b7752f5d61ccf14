#!/usr/bin/env python3
"""The root file system on a disk, on bare hardware: the same image behind each kind of disk in
turn. Each boot finds what the ones before it have written, and at last the hosted system does.

timeout: 300
"""
import fcntl
import os
import shutil

from umk import BUILD, INITFS, TOP, UMK, check, expect, host, skip

IMAGE = "root.img"
KINDS = (("q35", "virtio"), ("q35", "nvme"), ("q35", "ahci"), ("microvm", "virtio"))


def make_image():
    done = host([os.path.join(TOP, "scripts/mkimage"), os.path.join(BUILD, "tools/redoxfs-cpio"),
                 IMAGE, os.path.join(TOP, "tests/metal/root.toml")], seconds=60)
    expect(done, 0, b"", b"")


def boot(umk, script, *options):
    return host([umk, "run", "--initfs", INITFS, "--image", IMAGE, *options, "--",
                 "ion", "-c", script], seconds=60)


if not shutil.which("qemu-system-x86_64"):
    skip("qemu-system-x86_64 is missing")
make_image()
with open(IMAGE, "rb") as image:
    fcntl.flock(image, fcntl.LOCK_SH)
    done = boot(UMK, "true")
    said = b"qemu-run: root.img is in use by another system\n"
    check(done.returncode == 1 and done.stderr == said, done)
before = b"by mkimage\n"
for machine, disk in KINDS:
    name = f"{machine}-{disk}"
    done = boot(UMK, f"cat /data/*; seq 1 20000 > /data/{name}; tail -n 1 /data/{name}; "
                f"echo {name} > /data/{name}; rm -f /etc/net/dns", "--machine", machine,
                "--disk", disk)
    expect(done, 0, before + b"20000\n")
    before = b"".join(sorted([*before.splitlines(True), name.encode() + b"\n"]))
expect(boot(UMK, "rm /data/made", "--ephemeral"), 0, b"")
done = boot(os.path.join(BUILD, "umk"), "cat /data/*; ls /etc/net")
expect(done, 0, before + b"ip\nip_router\nip_subnet\n")
check(host([os.path.join(BUILD, "tools/redoxfs-fsck"), IMAGE]).returncode == 0, "redoxfs-fsck")
