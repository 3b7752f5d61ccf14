#!/usr/bin/env python3
"""The running system on a directory of the host (--export), used by ordinary programs of the host.

timeout: 60
metal: no, the directory is one of the host
"""
import os
import signal
import subprocess

from umk import UMK, check, host, need_umk, process_named, read_until, skip, system, wait_for

need_umk()
if not os.access("/dev/fuse", os.R_OK | os.W_OK):
    skip("no FUSE here")
os.makedirs("mnt")


def say(p, line, answer):
    p.stdin.write(line.encode() + b"\n")
    p.stdin.flush()
    return read_until(p.stdout.fileno(), answer)


def test_files(p):
    say(p, "echo of the system > /tmp/a; chmod 640 /tmp/a; echo ready", b"ready\n")
    check(open("mnt/tmp/a").read() == "of the system\n", "content")
    check(os.stat("mnt/tmp/a").st_mode & 0o7777 == 0o640, "mode")
    with open("mnt/tmp/b", "w") as f:
        f.write("of the host\n")
    os.symlink("b", "mnt/tmp/l")
    os.rename("mnt/tmp/l", "mnt/tmp/m")
    check(b"of the host\n" in say(p, "cat /tmp/m; echo done", b"done\n"), "not seen inside")
    check(sorted(os.listdir("mnt/tmp")) == ["a", "b", "m"], os.listdir("mnt/tmp"))
    check("rand" in os.listdir("mnt/scheme") and "scheme" in os.listdir("mnt"), "schemes")
    check(len(open("mnt/scheme/rand", "rb", buffering=0).read(64)) == 64, "rand")
    check(open("mnt/scheme/sys/uname").read().startswith("Redox\n"), "uname")


def test_programs():
    """A tree there and back by cp and tar, and git in it."""
    os.makedirs("tree/deep/er")
    for i in range(30):
        with open(f"tree/deep/f{i}", "wb") as f:
            f.write(os.urandom(i * 3000))
    os.symlink("../f3", "tree/deep/er/link")
    os.chmod("tree/deep/f4", 0o700)
    for command in ("cp -a tree mnt/tmp/tree", "diff -r tree mnt/tmp/tree",
                    "tar cf mnt/tmp/t.tar tree", "tar xf mnt/tmp/t.tar -C mnt/tmp/tree",
                    "diff -r tree mnt/tmp/tree/tree",
                    "cd mnt/tmp/tree && git init -q . && git add deep && "
                    "git -c user.name=n -c user.email=e commit -qm m && git fsck --strict",
                    "rm -rf mnt/tmp/tree"):
        done = host(["sh", "-c", command], seconds=30)
        check(done.returncode == 0, command, done)
    check(not os.path.exists("mnt/tmp/tree"), "still there")


def test_killed_driver(p):
    subprocess.run([UMK, "kill", "-i", str(p.pid), "fuse"], check=True)
    wait_for(lambda: os.path.exists("mnt/tmp/a"), 10, "the mount after its driver was killed")


def test_stuck_server(p):
    """Who waits for a server that does not answer waits alone. Where the kernel itself stops and
    continues who does not come in, the server would go on."""
    if "--cpus" in os.environ.get("UMK_WITH", ""):
        return
    pid = process_named(p.pid, "randd")["host_pid"]
    os.kill(pid, signal.SIGSTOP)
    stuck = []
    try:
        for _ in range(6):
            stuck.append(subprocess.Popen(["head", "-c", "10", "mnt/scheme/rand"],
                                          stdout=subprocess.PIPE))
        signal.sigtimedwait([], 0.3)
        done = host(["sh", "-c", "cat mnt/tmp/a; ls mnt mnt/scheme >ls; echo x > mnt/tmp/stuck;"
                     "cat mnt/tmp/stuck; rm mnt/tmp/stuck"], seconds=10)
        check(done.stdout == b"of the system\nx\n", done)
        check(all(s.poll() is None for s in stuck), "nobody waited")
    finally:
        os.kill(pid, signal.SIGCONT)
    for s in stuck:
        check(len(s.communicate(timeout=10)[0]) == 10, "what was read in the end")


with system("ion", options=["--export", "mnt"]) as p:
    say(p, "echo up", b"up\n")
    wait_for(lambda: os.path.exists("mnt/scheme"), 10, "the mount")
    test_files(p)
    test_programs()
    test_stuck_server(p)
    test_killed_driver(p)
    p.stdin.close()
    check(p.wait(10) == 0, "exit status")
check(os.listdir("mnt") == [], "the mount is still there")
