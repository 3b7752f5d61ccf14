#!/usr/bin/env python3
# metal: no, it is about tools of the host
"""RedoxFS images between upstream's tools and ours: each reads what the other wrote, plain and
encrypted, and goes on writing there. Skipped when upstream's are not there (`make peers` builds
them with cargo).
timeout: 120
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OURS = os.path.join(TOP, "build", "tools")


def terminal(password):
    """A terminal on which the password has been typed: upstream asks nowhere else."""
    master, slave = os.openpty()
    if password:
        os.write(master, password + b"\n")
    return master, slave


def run(*argv, password=None):
    master, slave = terminal(password)
    out = slave if password else subprocess.PIPE
    done = subprocess.run(argv, stdin=slave, stdout=out, stderr=out)
    said = os.read(master, 10000) if password else done.stdout
    os.close(master)
    os.close(slave)
    if done.returncode:
        raise AssertionError(f"{argv}: status {done.returncode}\n" + said.decode())


class Mount:
    def __init__(self, tools, img, password):
        self.where = tempfile.mkdtemp(dir=".")
        self.master, slave = terminal(password)
        self.process = subprocess.Popen([f"{tools}/redoxfs", "-d", img, self.where],
                                        stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        for _ in range(1500):
            if os.path.ismount(self.where):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"{tools}: {img} was not mounted")

    def __enter__(self):
        return self.where

    def __exit__(self, *_):
        run("fusermount3", "-u", self.where)
        self.process.wait(60)
        os.close(self.master)


def make_tree(where):
    os.makedirs(f"{where}/many")
    for i in range(600):
        with open(f"{where}/many/file-{i}", "w") as f:
            f.write(f"{i}\n" * (i % 7))
    for size in (1, 3967, 3968, 131072, 131073, 2000000):
        with open(f"{where}/noise{size}", "wb") as f:
            f.write(os.urandom(size))
        with open(f"{where}/text{size}", "wb") as f:
            f.write(b"some text " * (size // 10))
    os.symlink("text1", f"{where}/link")


def change(where, name):
    """Changes that do not make upstream leak blocks, so that the checker stays content."""
    os.mkdir(f"{where}/{name}")
    for i in range(400):
        with open(f"{where}/{name}/{i}", "w") as f:
            f.write(name)
    for i in range(100):
        os.unlink(f"{where}/{name}/{i}")
    os.rename(f"{where}/{name}/200", f"{where}/{name}/renamed")
    with open(f"{where}/text2000000", "r+b") as f:
        f.seek(1000000)
        f.write(name.encode() * 1000)


def same(a, b):
    run("diff", "-r", "--no-dereference", a, b)


def between(theirs, first, second, password):
    """first makes and fills the image, then both take turns."""
    with open("x.img", "wb") as f:
        f.truncate(64 << 20)
    run(f"{first}/redoxfs-mkfs", *(["--encrypt"] if password else []), "x.img",
        password=password)
    with Mount(first, "x.img", password) as where:
        run("cp", "-r", "tree/.", where)
    for turn, tools in enumerate((second, first, second, first)):
        with Mount(tools, "x.img", password) as where:
            same("model", where)
            change(where, f"turn{turn}")
        change("model", f"turn{turn}")
        run(f"{OURS}/redoxfs-fsck", "x.img", password=password)


def archives(theirs):
    for first, second in ((OURS, theirs), (theirs, OURS)):
        with open("x.img", "wb") as f:
            f.truncate(32 << 20)
        run(f"{first}/redoxfs-ar", "x.img", "tree")
        run(f"{OURS}/redoxfs-fsck", "x.img")
        with Mount(second, "x.img", None) as where:
            same("tree", where)
        with open("y.img", "wb") as f:
            f.truncate(40 << 20)
        run(f"{second}/redoxfs-clone", "x.img", "y.img")
        run(f"{OURS}/redoxfs-fsck", "y.img")
        with Mount(first, "y.img", None) as where:
            same("tree", where)


def main():
    found = subprocess.run([f"{TOP}/scripts/peer"], stdout=subprocess.PIPE)
    if found.returncode or not os.path.exists("/dev/fuse"):
        print("skipped: upstream's redoxfs tools or /dev/fuse are not there")
        return 77
    theirs = found.stdout.decode().strip()
    work = tempfile.mkdtemp()
    os.chdir(work)
    try:
        os.mkdir("tree")
        make_tree("tree")
        for first, second in ((OURS, theirs), (theirs, OURS)):
            for password in (None, b"secret"):
                shutil.rmtree("model", ignore_errors=True)
                run("cp", "-r", "tree", "model")
                between(theirs, first, second, password)
        archives(theirs)
    finally:
        os.chdir("/")
        shutil.rmtree(work, ignore_errors=True)
    return 0


sys.exit(main())
