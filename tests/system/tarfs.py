#!/usr/bin/env python3
"""A tar archive as a file system: what the host's tar has written is there, in each of its formats,
with modes, times, links and long names; nothing can be changed; what is no archive is refused.

timeout: 60
metal: no, the archive is in a directory of the host
"""
import os
import subprocess

from umk import check, expect, host, ion, need_umk

need_umk()
LONG = "directory-with-a-long-name-" * 3
FILES = {"empty": b"", "small": b"content\n", "large": os.urandom(300_001),
         f"{LONG}/{LONG}/{LONG}": b"far down\n", "name with spaces": b"spaces\n"}
WHEN = 1_234_567_890


def make_archives():
    for path, content in FILES.items():
        os.makedirs(os.path.dirname(f"tree/{path}") or ".", exist_ok=True)
        with open(f"tree/{path}", "wb") as f:
            f.write(content)
    os.symlink("small", "tree/link")
    os.symlink(f"{LONG}/{LONG}", "tree/way down")
    os.link("tree/small", "tree/hard")
    os.chmod("tree/small", 0o640)
    os.utime("tree/small", (WHEN, WHEN))
    for form in ("gnu", "pax"):
        subprocess.run(["tar", f"--format={form}", "--sort=name", "-C", "tree", "-cf",
                        f"shared/{form}.tar", "."], check=True)
    with open("shared/noise", "wb") as f:
        f.write(os.urandom(100_000))
    with open("shared/short.tar", "wb") as f, open("shared/gnu.tar", "rb") as whole:
        f.write(whole.read(5000))


def shared(script):
    return ion(script, options=["--share", f"h={os.path.abspath('shared')}"])


def mounted(form, script):
    return shared(f"tarfs /scheme/h/{form}.tar t &! ;"
                  f"while not exists -d /scheme/t; sleep 0.01; end; cd /scheme/t; {script}")


def test_content(form):
    os.makedirs("shared/back", exist_ok=True)
    expect(mounted(form, "cp -a /scheme/t/. /scheme/h/back"), 0)
    done = host(["diff", "-r", "--no-dereference", "tree", "shared/back"])
    check(done.returncode == 0, form, done)
    subprocess.run(["rm", "-r", "shared/back"], check=True)
    done = mounted(form, f"stat -c '%a %Y %s' small; readlink link; cat 'way down/{LONG}' hard")
    expect(done, 0, b"640 %d 8\nsmall\nfar down\ncontent\n" % WHEN)


def test_read_only():
    for change in ("echo x > /scheme/t/new", "echo x > /scheme/t/small", "rm /scheme/t/small",
                   "mkdir /scheme/t/d", "mv /scheme/t/small /scheme/t/s",
                   "chmod 600 /scheme/t/small"):
        done = mounted("gnu", change)
        check(done.returncode != 0 and b"Read-only file system" in done.stderr, change, done)


def test_refused():
    for path, why in (("noise", b"no tar archive, or damaged"), ("missing", b"No such file"),
                      ("short.tar", b"no tar archive, or damaged")):
        done = shared(f"tarfs /scheme/h/{path} t")
        check(done.returncode not in (0, 134), path, done)
        check(done.stderr.startswith(b"tarfs: /scheme/h/%s: " % path.encode()), done)
        check(why in done.stderr and b"died" not in done.stderr, done)
    for server in ("tarfs", "ramfs x --size none", "redoxfs"):
        done = ion(server)
        check(done.returncode == 78 and b": usage: " in done.stderr, server, done)


os.mkdir("shared")
make_archives()
test_content("gnu")
test_content("pax")
test_read_only()
test_refused()
