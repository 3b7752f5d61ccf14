#!/usr/bin/env python3
# metal: no, it reads from the host how much memory a server has
"""Mapped files of a redoxfs with a small cache: what would take more memory than it may have is
refused, the server stays within its bound, and others go on working. What was written by way of a
mapping comes to the disk by itself, and when the disk is full it is not lost.

timeout: 120
"""
import contextlib
import fcntl
import os
import re
import signal

from umk import (BUILD, check, expect, host, need_umk, process_named, read_until, system,
                 wait_for)

need_umk()
DISK = "small.img"
CACHE = 16 << 20
# Memory of the cache is given back in pieces of 16 MiB; and the program with its buffers.
BESIDES = 24 << 20
MAPPED = "/scheme/initfs/tests/mapped"


def say(p, line):
    p.stdin.write(line.encode() + b"\n")
    p.stdin.flush()


def make_disk(mib):
    with open(DISK, "wb") as f:
        f.truncate(mib << 20)
    expect(host([os.path.join(BUILD, "tools/redoxfs-mkfs"), DISK]), 0)


@contextlib.contextmanager
def shell():
    """A shell in a system that has the disk as /scheme/small."""
    with system("ion", options=["--disk", DISK]) as p:
        say(p, "export PATH = /scheme/initfs/bin; redoxfs --cache 16M /scheme/disk.host/0 small &")
        say(p, "while not exists -d /scheme/small; sleep 0.05; end; echo up")
        read_until(p.stdout.fileno(), b"up\n")
        yield p


def passes(p, commands):
    """Commands that print nothing, the last of which succeeds."""
    say(p, commands + "; echo status $?")
    text = read_until(p.stdout.fileno(), rb"status \d+\n", 60)
    check(text == b"status 0\n", text)


def kill_all(p):
    """Everything of the system dies, the driver of the disk a moment later."""
    p.send_signal(signal.SIGKILL)
    p.wait()

    def unlocked():
        with open(DISK, "rb") as f:
            try:
                fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True
    wait_for(unlocked, 10, "the end of the driver")


def peak(p):
    """The most memory that the server has had, in bytes."""
    with open(f"/proc/{process_named(p.pid, 'redoxfs')['host_pid']}/status") as f:
        return int(re.search(r"VmHWM:\s+(\d+) kB", f.read())[1]) << 10


def test_bound():
    make_disk(256)
    with shell() as p:
        passes(p, f"{MAPPED} bound /scheme/small /scheme/initfs/bin/true")
        # much that goes through the cache while programs are started from there
        passes(p, "cd /scheme/small; for i in 1..8; cp big copy; ./true; cmp big copy; end")
        # many small things in the place of few large ones
        passes(p, "mkdir d; for i in 1..6000; echo $i > d/f$i; end; ls -l d > /scheme/null")
        print(f"the most memory: {peak(p) >> 10} KiB")
        check(peak(p) <= CACHE + BESIDES)


def test_full():
    make_disk(24)
    with shell() as p:
        passes(p, f"{MAPPED} full /scheme/small")
        passes(p, "cd /scheme/small; mkdir d; mv hole d; sync .")
        kill_all(p)
    expect(host([os.path.join(BUILD, "tools/redoxfs-fsck"), DISK]), 0)
    with shell() as p:
        passes(p, "tail -c 1048576 /scheme/small/d/hole | head -c 10 | grep -q remembered")


def test_written_back():
    """Nobody asks for it; then everything is killed."""
    make_disk(24)
    with shell() as p:
        say(p, f"{MAPPED} hold /scheme/small &")
        read_until(p.stdout.fileno(), b"written\n")
        signal.sigtimedwait([], 5)
        kill_all(p)
    with shell() as p:
        passes(p, "cd /scheme/small; grep -q -a first held; grep -q -a second held")


test_bound()
test_full()
test_written_back()
