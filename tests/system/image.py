#!/usr/bin/env python3
# metal: no, it is about disk images behind a driver of the host
"""The root file system on a disk: what is written is there after a restart, also when everything is
killed; servers that are killed come back; and the tests of files hold as they do in memory.

timeout: 240
"""
import os
import random
import shutil
import signal
import subprocess
import sys

from umk import (BUILD, INITFS, SOAK, TOP, UMK, check, expect, host, make_image, need_umk,
                 process_named, read_until)

need_umk()
IMAGE = "root.img"
SEED = int(os.environ.get("SEED", "1"))
SECONDS = 60 if SOAK else 4


def argv(*command, options=()):
    return [UMK, "run", "--initfs", INITFS, "--image", IMAGE, *options, "--", *command]


def ion(script, options=(), seconds=30):
    return host(argv("ion", "-c", script, options=options), seconds=seconds)


def start():
    """A shell on pipes that has answered."""
    p = subprocess.Popen(argv("ion"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL)
    say(p, "echo up")
    read_until(p.stdout.fileno(), b"up\n")
    return p


def say(p, line):
    p.stdin.write(line.encode() + b"\n")
    p.stdin.flush()


def kill(p, name):
    subprocess.run([UMK, "kill", "-i", str(p.pid), name], check=True, stdout=subprocess.DEVNULL)


def test_persistence():
    expect(ion("echo kept > /data/x; mkdir /data/d; mv /data/x /data/d/y; chmod 600 /data/d/y"), 0)
    expect(ion("cat /data/d/y; rm -r /data/d", ["--ephemeral"]), 0, b"kept\n")
    expect(ion("cat /data/d/y"), 0, b"kept\n")
    done = ion("ls -l /data/d; rm -r /data/d; ls /data")
    check(b"-rw-------" in done.stdout and b"d\n" not in done.stdout[-4:], done)
    expect(ion("cat /data/d/y"), 1)


def test_everything_killed():
    """What a sync has reported is there when all processes of the system are killed at once."""
    p = start()
    say(p, "seq 1 20000 > /data/numbers; sync; echo done")
    read_until(p.stdout.fileno(), b"done\n")
    say(p, "seq 1 100000 > /data/more")
    p.send_signal(signal.SIGKILL)
    p.wait()
    expect(ion("tail -n 1 /data/numbers; wc -l /data/numbers"), 0, b"20000\n20000 /data/numbers\n")
    expect(ion("rm -f /data/numbers /data/more"), 0)


def test_terminated():
    """SIGTERM ends the command, and by that the system in order."""
    p = subprocess.Popen(argv("ion", "-c", "echo kept > /data/term; echo up; sleep 100"),
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    read_until(p.stdout.fileno(), b"up\n")
    p.send_signal(signal.SIGTERM)
    # ion may have been between the two commands, and then is killed
    check(p.wait(20) in (128 + signal.SIGTERM, 128 + signal.SIGKILL), "exit status", p.returncode)
    expect(ion("cat /data/term; rm /data/term"), 0, b"kept\n")


def test_killed_servers():
    """Under load, both in turns: programs may fail, none hangs, and all is well afterwards. The
    programs are the boot archive's: ion ends when one cannot be started because its file is on a
    disk that is away."""
    rng = random.Random(SEED)
    print(f"SEED={SEED}")
    p = start()
    say(p, "export PATH = /scheme/initfs/bin")
    say(p, "seq 1 5000 > /data/before; sync; echo safe")
    read_until(p.stdout.fileno(), b"safe\n")
    for i in range(6):
        say(p, "for n in 1..20; cp /usr/bin/ls /data/copy$n; cp /data/copy$n /data/z; end")
        signal.sigtimedwait([], rng.random() / 10)
        kill(p, rng.choice(["disk", "redoxfs"]))
        say(p, f"sleep 0.3; echo round {i}")
        read_until(p.stdout.fileno(), b"round %d\n" % i)
    say(p, "while not exists -f /data/before; sleep 0.1; end")
    say(p, "tail -n 1 /data/before; cp /data/before /data/after; cmp /data/before /data/after; "
           "echo compared")
    text = read_until(p.stdout.fileno(), b"compared\n")
    check(b"5000\n" in text and b"differ" not in text, text)
    p.stdin.close()
    check(p.wait(20) == 0, "exit status")
    expect(ion("cmp /data/before /data/after; cd /data; rm before after copy* z; ls"), 0, b"")


def test_stopped_disk():
    """A disk that does not answer holds up whoever wants what is only there, and nobody else."""
    expect(ion("seq 1 50000 > /data/cold; echo warm > /data/warm"), 0)
    p = start()
    say(p, "export PATH = /scheme/initfs/bin; cat /data/warm; echo first > /data/other; true &")
    say(p, "wait; echo ready")
    read_until(p.stdout.fileno(), b"ready\n")
    disk = process_named(p.pid, "disk")["host_pid"]
    os.kill(disk, signal.SIGSTOP)
    try:
        say(p, "tail -n 1 /data/cold &")
        say(p, "cat /data/warm; echo second > /data/other; cat /data/other; sleep 3; echo on")
        text = read_until(p.stdout.fileno(), b"on\n")
    finally:
        os.kill(disk, signal.SIGCONT)
    check(b"warm\nsecond\non\n" in text and b"50000" not in text, text)
    read_until(p.stdout.fileno(), b"50000\n")
    say(p, "sync; echo synced")
    read_until(p.stdout.fileno(), b"synced\n")
    p.kill()
    p.wait()
    expect(ion("cat /data/other; rm /data/cold /data/warm /data/other"), 0, b"second\n")


def test_full_disk():
    """No room is an error; removing files makes room again."""
    done = ion("cp /usr/bin/ion /data/a; let i = 0;"
               "while cat /scheme/rand | head -c 20000000 > /data/f$i; let i += 1; end;"
               "rm /data/f*; echo fits > /data/b; cat /data/b; cmp /usr/bin/ion /data/a",
               seconds=120)
    check(done.stdout.endswith(b"fits\n") and b"o space" in done.stderr, done)
    expect(ion("cat /data/b; rm /data/a /data/b"), 0, b"fits\n")


def test_second_file_system():
    """One that is not the root is written out by sync, and at the end of the system."""
    with open("second.img", "wb") as f:
        f.truncate(16 << 20)
    expect(host([os.path.join(BUILD, "tools/redoxfs-mkfs"), "second.img"]), 0)
    disk = ["--disk", "second.img"]
    serve = ("redoxfs /scheme/disk.host/1 second &! ;"
             "while not exists -d /scheme/second; sleep 0.01; end;")
    expect(ion(serve + "echo at the end > /scheme/second/x", disk), 0)
    expect(ion(serve + "cat /scheme/second/x", disk), 0, b"at the end\n")
    p = subprocess.Popen(argv("ion", "-c", serve + "echo by sync > /scheme/second/y; sync; echo up;"
                              "sleep 60", options=disk), stdout=subprocess.PIPE)
    read_until(p.stdout.fileno(), b"up\n")
    p.kill()
    p.wait()
    expect(ion(serve + "cat /scheme/second/y", disk), 0, b"by sync\n")


def test_no_file_system():
    """An image without one: told at once, a command does not run, and a prompt is there."""
    with open("empty.img", "wb") as f:
        f.truncate(1 << 20)
    empty = [UMK, "run", "--initfs", INITFS, "--image", "empty.img"]
    done = host([*empty, "--", "echo", "hi"], seconds=10)
    expect(done, 2, b"")
    check(b"/scheme/disk.host/0: no RedoxFS found" in done.stderr, done)
    check(done.stderr.count(b"\n") == 3, done)  # that it is not tried again, that there is no root
    expect(host(empty, b"echo $(ls /scheme/initfs/bin/echo)\n", seconds=10), 0,
           b"/scheme/initfs/bin/echo\n")


def test_crowd():
    """More is written and synced at once than the cache holds, and nobody else waits for it."""
    for memory in ("1G", "128M"):  # a cache of 16 MiB
        done = host(argv("/scheme/initfs/tests/disk_crowd", "/data", str(SECONDS), str(SEED),
                         options=["--mem", memory]), seconds=SECONDS + 40)
        check(done.returncode == 0, f"SEED={SEED}", memory, done)
    expect(ion("ls /data"), 0, b"")


def test_same_as_in_memory():
    env = dict(os.environ, UMK_IMAGE=os.path.abspath(IMAGE))
    for name in ("posix.py", "libredox.py", "files.py"):
        done = host([sys.executable, os.path.join(TOP, "tests/system", name)], seconds=200, env=env)
        check(done.returncode == 0, name, done.stdout.decode(), done.stderr.decode())


make_image(IMAGE)
test_persistence()
test_everything_killed()
test_terminated()
test_killed_servers()
test_stopped_disk()
test_full_disk()
test_second_file_system()
test_no_file_system()
test_crowd()
test_same_as_in_memory()
