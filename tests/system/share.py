#!/usr/bin/env python3
"""Directories of the host (--share): files both ways, and nothing outside of them: not by path,
not by link, not by a directory that is exchanged for a link at the wrong moment.

timeout: 60
metal: no, the directory is one of the host
"""
import os
import subprocess

from umk import UMK, check, expect, ion, need_umk, read_until, run, system, wait_for, process_named

need_umk()
SECRET = b"secret-of-the-host\n"
os.makedirs("shared/d")
os.makedirs("outside")
for path in ("outside/file", "secret"):
    with open(path, "wb") as f:
        f.write(SECRET)
with open("shared/f", "wb") as f:
    f.write(b"inside\n")
os.symlink("../secret", "shared/relative")
os.symlink(os.path.abspath("secret"), "shared/absolute")
os.symlink("../outside", "shared/dir")
os.symlink("f", "shared/good")
os.symlink("/scheme/h/f", "shared/by_scheme")
os.mkfifo("shared/fifo")


def shared(script, mode="", **kwargs):
    return ion(script, options=["--share", f"h={os.path.abspath('shared')}{mode}"], **kwargs)


def test_both_ways():
    expect(shared("cat /scheme/h/f /scheme/h/good /scheme/h/by_scheme"), 0, b"inside\n" * 3)
    script = ("cd /scheme/h; mkdir -p a/b; echo one > a/b/x; ln -s x a/b/l; ln a/b/x a/y;"
              "mv a/b a/c; chmod 640 a/y; cp /scheme/initfs/bin/cat a/cat; a/cat a/c/l;"
              "rm a/c/x; ls a a/c")
    expect(shared(script), 0, b"one\na:\nc\ncat\ny\n\na/c:\nl\n")
    check(open("shared/a/y", "rb").read() == b"one\n", "content")
    check(os.readlink("shared/a/c/l") == "x", "link")
    check(os.stat("shared/a/y").st_mode & 0o7777 == 0o640, "mode")
    expect(shared("rm -r /scheme/h/a; ls /scheme/h/d"), 0, b"")


def test_links_made():
    """A link has the times and the number of its own; what is made after it is not taken for it."""
    expect(shared("mkdir /tmp/a; ln -s x /tmp/a/b; touch -h -d @5 /tmp/a/b; echo 3 > /tmp/a/c;"
                  "ln -s y /tmp/a/d; ln -s z /tmp/a/e; echo 6 > /tmp/a/f;"
                  "cp -a /tmp/a /scheme/h/a"), 0)
    check([os.readlink(f"shared/a/{n}") for n in "bde"] == ["x", "y", "z"], "targets")
    check([open(f"shared/a/{n}").read() for n in "cf"] == ["3\n", "6\n"], "content")
    check(os.lstat("shared/a/b").st_mtime == 5, "time of a link")
    expect(shared("rm -r /scheme/h/a"), 0)


def test_read_only():
    for command in ("echo x > /scheme/h/f", "rm /scheme/h/f", "mkdir /scheme/h/n",
                    "mv /scheme/h/f /scheme/h/g", "chmod 600 /scheme/h/f", "touch /scheme/h/n"):
        done = shared(command, ",ro")
        check(done.returncode != 0, command, done)
    expect(shared("cat /scheme/h/f", ",ro"), 0, b"inside\n")
    check(sorted(os.listdir("shared/d")) == [] and not os.path.exists("shared/n"), "changed")


def test_no_way_out():
    for path in ("../secret", "d/../../secret", "relative", "absolute", "dir/file", "/secret",
                 "d/../../outside/file", "fifo"):
        done = shared(f"cat /scheme/h/{path}", seconds=10)
        check(done.returncode != 0 and SECRET not in done.stdout, path, done)
    # a link made inside leads to the system's files, not the host's
    done = shared(f"ln -s {os.path.abspath('secret')} /scheme/h/made; cat /scheme/h/made")
    check(done.returncode != 0 and SECRET not in done.stdout, done)
    os.unlink("shared/made")


def test_race():
    """A directory that turns into a link to the outside and back, while it is read through."""
    os.makedirs("shared/race")
    with open("shared/race/file", "wb") as f:
        f.write(b"inside\n")
    flip = ("import os, time\nwhile True:\n os.rename('shared/race', 'shared/real')\n"
            " os.symlink('../outside', 'shared/race')\n os.unlink('shared/race')\n"
            " os.rename('shared/real', 'shared/race')\n"
            " time.sleep(0.0003)\n")  # else it is hardly ever there on a host with much to do
    flipper = subprocess.Popen(["python3", "-c", flip])
    try:
        script = "for n in 1..150; cat /scheme/h/race/file; end; echo end"
        done = shared(script, seconds=40)
    finally:
        flipper.kill()
        flipper.wait()
    check(SECRET not in done.stdout, done)
    check(done.stdout.endswith(b"end\n") and b"inside\n" in done.stdout, done)


def test_killed_driver():
    with system("ion", options=["--share", f"h={os.path.abspath('shared')}"]) as p:
        p.stdin.write(b"cat /scheme/h/f\n")
        p.stdin.flush()
        read_until(p.stdout.fileno(), b"inside\n")
        wait_for(lambda: process_named(p.pid, "hostfs"), 10, "the driver")
        subprocess.run([UMK, "kill", "-i", str(p.pid), "hostfs"], check=True)
        p.stdin.write(b"sleep 0.3; cat /scheme/h/f\n")
        p.stdin.flush()
        read_until(p.stdout.fileno(), b"inside\n")


def test_refusals():
    for value in ("h", "=x", "h=/no/such/dir", "a/b=shared"):
        done = run("true", options=["--share", value])
        check(done.returncode == 2 and done.stderr.count(b"\n") == 1, value, done)


test_both_ways()
test_links_made()
test_read_only()
test_no_way_out()
test_race()
test_killed_driver()
test_refusals()
