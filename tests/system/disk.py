#!/usr/bin/env python3
# metal: no, it is about disk images behind a driver of the host
"""Disks of the host: reading, writing, partitions, modes, exclusion, a driver that is killed."""
# timeout: 60
import hashlib
import os
import struct
import subprocess

from umk import (BUILD, UMK, check, expect, expect_complaint, host, ion, need_umk, process_named,
                 read_until, run, system, wait_for)

need_umk()
SIZE = 4 << 20
DISK = "disk.img"


def make_disk():
    """Random bytes with an MBR of two partitions."""
    data = bytearray(os.urandom(SIZE))
    data[446:510] = struct.pack("<B3xB3xII", 0, 0x83, 64, 128) + \
        struct.pack("<B3xB3xII", 0, 0x83, 1024, 2048) + bytes(32)
    data[510:512] = b"\x55\xaa"
    data[512:1024] = bytes(512)  # no GPT
    data[-512:] = bytes(512)
    with open(DISK, "wb") as f:
        f.write(data)
    return bytes(data)


def digest(data):
    return hashlib.sha256(data).hexdigest().encode()


def with_disk(script, mode="", **kwargs):
    return ion(script, options=["--disk", DISK + mode], **kwargs)


def test_reading(data):
    done = with_disk("cat /scheme/disk.host/0 | sha256sum; cat /scheme/disk.host/0p1 | sha256sum")
    expect(done, 0)
    whole, part = done.stdout.split(b"\n")[:2]
    check(whole.startswith(digest(data)), whole)
    check(part.startswith(digest(data[1024 * 512:3072 * 512])), part)


def test_writing(data):
    write = "head -c 8192 /scheme/zero > /scheme/disk.host/0p0"
    expect(with_disk(write, ",ro"), 1)
    check(open(DISK, "rb").read() == data, "a read-only disk was written")
    done = with_disk(write + "; cat /scheme/disk.host/0 | sha256sum", ",snapshot")
    new = data[:64 * 512] + bytes(8192) + data[64 * 512 + 8192:]
    expect(done, 0)
    check(done.stdout.startswith(digest(new)), done)
    check(open(DISK, "rb").read() == data, "a snapshot's base was written")
    expect(with_disk(write), 0)
    check(open(DISK, "rb").read() == new, "what was written is not in the image")
    return new


def test_refusals():
    expect(with_disk("cat /scheme/disk.host/1"), 1)
    expect(with_disk("cat /scheme/disk.host/0p2"), 1)
    done = run("true", options=["--disk", "/no/such/disk"])
    check(done.returncode == 2 and done.stderr.count(b"\n") == 1, done)
    with system("cat", options=["--disk", DISK]) as p:
        p.stdin.write(b"up\n")
        p.stdin.flush()
        read_until(p.stdout.fileno(), b"up")
        done = run("true", options=["--disk", DISK])
        check(done.returncode == 2 and b"in use" in done.stderr, done)


def test_block_device(data):
    """A block device of the host instead of a file, where there is one to be had. One that the host
    uses itself, as it uses what is mounted, is not written to."""
    done = host(["losetup", "--find", "--show", os.path.abspath(DISK)])
    if done.returncode != 0:
        print("no loop device: not tested")
        return
    device = done.stdout.decode().strip()
    try:
        done = run("ion", "-c", "cat /scheme/disk.host/0 | sha256sum",
                   options=["--disk", device + ",ro"])
        check(done.returncode == 0 and done.stdout.startswith(digest(data)), done)
        held = os.open(device, os.O_RDONLY | os.O_EXCL)
        expect_complaint(run("true", options=["--disk", device]))
        expect(run("true", options=["--disk", device + ",snapshot"]))
        done = host([os.path.join(BUILD, "tools/redoxfs-mkfs"), device])
        check(done.returncode == 1 and b"in use by the host" in done.stderr, done)
        os.close(held)
        expect(run("true", options=["--disk", device]))
    finally:
        host(["losetup", "--detach", device])


def answer(p, command):
    """The line that a command prints last, whatever it says on stderr."""
    p.stdin.write(f"{command}\n".encode())
    p.stdin.flush()
    return read_until(p.stdout.fileno(), b"\n")


def test_killed_driver(data):
    """A reader gets an error, not a hang, and the disk comes back."""
    with system("ion", options=["--disk", DISK]) as p:
        p.stdin.write(b"echo up\n")
        p.stdin.flush()
        read_until(p.stdout.fileno(), b"up\n")
        last = None

        def driver():
            found = process_named(p.pid, "disk")
            return found["pid"] if found and found["pid"] != last else None
        for _ in range(5):
            last = wait_for(driver, 10, "the driver")
            subprocess.run([UMK, "kill", "-i", str(p.pid), "disk"], check=True)
            p.stdin.write(b"cat /scheme/disk.host/0 > /tmp/x\n")
            p.stdin.flush()
        # how long init takes to bring it back depends on what else the machine does
        wait_for(lambda: digest(data) in answer(p, "cat /scheme/disk.host/0 | sha256sum"), 30,
                 "the disk's content")


def test_transfer_memory(data):
    """Without the host's cache, with it, and on a snapshot, which the driver copies."""
    for mode in "", ",snapshot":
        expect(run("/scheme/initfs/tests/disk_memory", "/scheme/disk.host/0p1",
                   options=["--disk", DISK + mode]), 0)


data = make_disk()
test_reading(data)
data = test_writing(data)
test_refusals()
test_block_device(data)
test_killed_driver(data)
test_transfer_memory(data)
