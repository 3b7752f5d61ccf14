#!/usr/bin/env python3
"""The ISO image: GRUB starts the kernel with the boot archive and the root file system in memory,
from a BIOS and from UEFI, as a CD and as a disk.

timeout: 300
"""
import os
import shutil

from umk import BUILD, INITFS, TOP, check, expect, host, skip

ISO, ROOT = "umk.iso", "root.img"
UEFI = "/usr/share/ovmf/OVMF.fd"
SCRIPT = "cat /data/made; echo written > /data/x; cat /data/x; df /scheme/file | grep -c 8192"
SAID = b"by mkimage\nwritten\n1\n"


def words():
    quoted = SCRIPT.replace("%", "%25").replace(" ", "%20")
    return ("umk.exit=501 umk.log=e9 umk.stdin=dle UMK_COMMAND_ARGC=3 UMK_COMMAND_0=ion "
            f"UMK_COMMAND_1=-c UMK_COMMAND_2={quoted}")


def boot(*options):
    """What is on the serial line after the loader's last word, which has no line's end."""
    argv = ["qemu-system-x86_64", "-M", "q35", "-m", "256M", "-cpu", "max", "-nodefaults",
            "-no-user-config", "-no-reboot", "-display", "none", "-serial", "stdio",
            "-device", "isa-debug-exit,iobase=0x501,iosize=4", *options]
    done = host(argv, seconds=120)
    check(done.stdout.endswith(SAID), done.stdout[-2000:], done.stderr)
    check(done.returncode == 1, done.returncode)  # the exit device's word for status 0


if missing := [p for p in ("qemu-system-x86_64", "grub-mkrescue", "xorriso", "mformat")
               if not shutil.which(p)]:
    skip(f"{missing[0]} is missing")
expect(host([os.path.join(TOP, "scripts/mkimage"), os.path.join(BUILD, "tools/redoxfs-cpio"), ROOT,
             os.path.join(TOP, "tests/metal/root.toml")], seconds=60), 0, b"", b"")
expect(host([os.path.join(TOP, "scripts/mkiso"), ISO, os.path.join(BUILD, "metal/umk.elf"), INITFS,
             ROOT, words()], seconds=60), 0, b"", b"")
boot("-cdrom", ISO)
if not os.path.exists(UEFI):
    skip(f"{UEFI} is missing")
boot("-bios", UEFI, "-drive", f"file={ISO},format=raw,if=none,id=d,snapshot=on", "-device",
     "virtio-blk-pci,drive=d")
