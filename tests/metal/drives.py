#!/usr/bin/env python3
"""Disks on bare hardware, in QEMU: reading, writing and partitions beside the host's image file."""
# timeout: 400
import hashlib
import os
import shutil
import struct

from umk import BUILD, TOP, check, expect, host, skip

KERNEL = os.path.join(BUILD, "metal/umk.elf")
INITFS = os.path.join(BUILD, "initfs.cpio")
SIZE = 4 << 20
DISK = "disk.img"
PARTITION, TWO_PAGES = (1024, 2048), (4096, 16)  # start and length in sectors
AHCI = "disk.pci-0000-00-1f.2_ahci"
NVME = "disk.pci-0000-00-01.0-nvme"
PCI, MMIO = "disk.pci-0000-00-01.0_virtio_blk", "disk.mmio-feb00e00_virtio_blk"
# Without ACPI, QEMU tells the kernel's command line where the devices are.
MICROVM = "-machine microvm,rtc=on,acpi=off"


def make_disk():
    """Random bytes with an MBR of two partitions."""
    data = bytearray(os.urandom(SIZE))
    data[446:510] = struct.pack("<B3xB3xII", 0, 0x83, *PARTITION) + \
        struct.pack("<B3xB3xII", 0, 0x83, *TWO_PAGES) + bytes(32)
    data[510:512] = b"\x55\xaa"
    data[512:1024] = bytes(512)  # no GPT
    data[-512:] = bytes(512)
    with open(DISK, "wb") as f:
        f.write(data)
    return bytes(data)


def boot(script, device, machine="q35", drive="", seconds=60):
    return host([os.path.join(TOP, "scripts/qemu-run"), "--machine", machine, "--kernel", KERNEL,
                 "--initfs", INITFS, "--timeout", str(seconds),
                 "--qemu", f"-drive file={DISK},format=raw,if=none,id=d{drive}",
                 *(word for d in device for word in ("--qemu", d)), "--", "ion", "-c", script],
                seconds=seconds + 10)


def test_disk(device, disk, machine="q35", n=0):
    """What the guest reads is what the image holds, and what it writes is in the image after."""
    data = make_disk()
    path = f"/scheme/{disk}/{n}"
    done = boot(f"cat {path} | sha256sum; cat {path}p0 | sha256sum; "
                f"head -c 131072 /scheme/rand > /tmp/r; cat /tmp/r | sha256sum; "
                f"cat /tmp/r > {path}p0; cat {path}p1 | sha256sum", device, machine)
    expect(done, 0)
    whole, part, written, pages = [line.split()[0].decode() for line in done.stdout.splitlines()]
    start, length = (512 * n for n in PARTITION)
    check(whole == hashlib.sha256(data).hexdigest(), whole)
    check(part == hashlib.sha256(data[start:start + length]).hexdigest(), part)
    now = open(DISK, "rb").read()
    check(hashlib.sha256(now[start:start + 131072]).hexdigest() == written, written)
    check(now[:start] == data[:start] and now[start + 131072:] == data[start + 131072:],
          "something else was written too")
    start, length = (512 * n for n in TWO_PAGES)
    check(pages == hashlib.sha256(data[start:start + length]).hexdigest(), "two pages", pages)


def test_refusals():
    data = make_disk()
    device = ["-device virtio-blk-pci,drive=d"]
    expect(boot(f"head -c 4096 /scheme/zero > /scheme/{PCI}/0", device, drive=",readonly=on"), 1)
    expect(boot(f"cat /scheme/{PCI}/0p2", device), 1)
    expect(boot(f"cat /scheme/{PCI}/1", device), 1)
    check(open(DISK, "rb").read() == data, "a read-only disk was written")


def test_killed_driver(device, disk, driver, n=0):
    """Another driver takes its place and finds the device in order."""
    data = make_disk()
    pid = f"ps | grep {driver} | cut -d' ' -f1"
    done = boot(f"{pid}; kill -KILL @({pid}); sleep 0.5; {pid}; "
                f"cat /scheme/{disk}/{n} | sha256sum", device)
    expect(done, 0)
    before, after, digest = done.stdout.split(b"\n")[:3]
    check(before.isdigit() and after.isdigit() and before != after, before, after)
    check(digest.split()[0].decode() == hashlib.sha256(data).hexdigest(), digest)


def test_failing_sector():
    """A command that the disk fails is an error, and those beside it are done."""
    data = make_disk()
    with open("rules", "w") as f:
        f.write('[inject-error]\nevent = "read_aio"\nerrno = "5"\nsector = "6000"\n')
    done = host([os.path.join(TOP, "scripts/qemu-run"), "--kernel", KERNEL, "--initfs", INITFS,
                 "--timeout", "100", "--qemu",
                 f"-drive file=blkdebug:rules:{DISK},format=raw,if=none,id=d,rerror=report",
                 "--qemu", "-device ide-hd,drive=d,bus=ide.0", "--", "ion", "-c",
                 f"cat /scheme/{AHCI}/0 > /dev/null; echo $?; "
                 f"cat /scheme/{AHCI}/0p0 | sha256sum; cat /scheme/{AHCI}/0 > /dev/null; "
                 f"cat /scheme/{AHCI}/0p1 | sha256sum"], seconds=110)
    expect(done, 0)
    first, *digests = done.stdout.splitlines()
    check(first == b"1" and b"Input/output error" in done.stderr, first, done.stderr)
    for digest, (start, length) in zip(digests, (PARTITION, TWO_PAGES), strict=True):
        part = data[512 * start:512 * (start + length)]
        check(digest.split()[0].decode() == hashlib.sha256(part).hexdigest(), start, digest)


if not shutil.which("qemu-system-x86_64"):
    skip("qemu-system-x86_64 is missing")
test_disk(["-device virtio-blk-pci,drive=d"], PCI)
test_disk(["-device nvme,drive=d,serial=umk"], NVME, n=1)
test_disk(["-device ide-hd,drive=d,bus=ide.0"], AHCI)
for words in ([], ["-global virtio-mmio.force-legacy=false"]):
    test_disk(["-device virtio-blk-device,drive=d", MICROVM, *words], MMIO, "microvm")
test_refusals()
test_failing_sector()
test_killed_driver(["-device virtio-blk-pci,drive=d"], PCI, "virtio-blkd")
test_killed_driver(["-device nvme,drive=d,serial=umk"], NVME, "nvmed", n=1)
test_killed_driver(["-device ide-hd,drive=d,bus=ide.0"], AHCI, "ahcid")
