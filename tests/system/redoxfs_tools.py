#!/usr/bin/env python3
# metal: no, it is about tools of the host
"""The host tools for RedoxFS against each other, and a mounted image under ordinary programs:
cp -a, tar, git, sqlite3, random reads, writes, truncations and mappings of one file.
timeout: 240
"""
import mmap
import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOLS = os.path.join(TOP, "build", "tools")
MIB = 1 << 20
SOAK = bool(os.environ.get("SOAK"))


def run(*argv, status=0, **more):
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(argv, **(streams | more))
    if done.returncode != status:
        raise AssertionError(f"{argv}: status {done.returncode}, wanted {status}\n"
                             + done.stdout.decode(errors="replace"))
    return done.stdout.decode(errors="replace")


def tool(name, *argv, **more):
    return run(os.path.join(TOOLS, name), *argv, **more)


def on_terminal(name, *argv, typed=b"", after=b""):
    """The tool on a terminal, where `typed` is typed once `after` has been printed: what was on the
    screen, its status, and whether the terminal shows again what is typed."""
    pid, fd = pty.fork()
    if not pid:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # who runs the tests may ignore it
        os.execv(os.path.join(TOOLS, name), [name, *argv])
    seen = b""
    while True:
        try:
            seen += (more := os.read(fd, 65536))
        except OSError:
            break
        if not more:
            break
        if typed and after in seen:
            while termios.tcgetattr(fd)[3] & termios.ECHO:
                time.sleep(0.01)
            os.write(fd, typed)
            typed = b""
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    shows = bool(termios.tcgetattr(fd)[3] & termios.ECHO)
    os.close(fd)
    return seen, status, shows


def image(name, size):
    with open(name, "wb") as f:
        f.truncate(size)
    return name


class Mount:
    def __init__(self, img, password=None, options=()):
        self.where = tempfile.mkdtemp(dir=".")
        self.process = subprocess.Popen(
            [os.path.join(TOOLS, "redoxfs"), "-d", *options, img, self.where],
            stdin=subprocess.PIPE)
        if password:
            self.process.stdin.write(password.encode() + b"\n")
            self.process.stdin.flush()
        for _ in range(400):
            if os.path.ismount(self.where):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"{img} was not mounted")

    def __enter__(self):
        return self.where

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60):
            raise AssertionError("unmounting failed")
        assert not os.path.ismount(self.where)


def make_tree(where):
    """Files of many kinds of content, a large directory, links."""
    rng = random.Random(1)
    os.makedirs(f"{where}/a/b/c")
    for i in range(500):
        with open(f"{where}/a/file{i}", "w") as f:
            f.write(f"{i}\n" * (i % 50))
    sizes = [0, 1, 3967, 3968, 4096, 131071, 131072, 131073, 700000]
    for size in sizes:
        with open(f"{where}/a/b/{size}", "wb") as f:
            f.write(rng.randbytes(size))
        with open(f"{where}/a/b/c/{size}", "wb") as f:
            f.write(b"pattern " * (size // 8))
    with open(f"{where}/hole", "wb") as f:
        f.truncate(5 * MIB)
        f.seek(3 * MIB)
        f.write(b"in the middle")
    os.symlink("a/b/1", f"{where}/link")
    os.link(f"{where}/a/b/4096", f"{where}/hard")
    os.chmod(f"{where}/a/file1", 0o4751)
    os.utime(f"{where}/a/file2", (1000000000, 1234567890))


def same(a, b):
    run("diff", "-r", "--no-dereference", a, b)
    for path in ("a/file1", "a/file2", "hard", "a/b"):
        x, y = os.lstat(f"{a}/{path}"), os.lstat(f"{b}/{path}")
        assert x.st_mode == y.st_mode, path
        assert int(x.st_mtime) == int(y.st_mtime), path
    assert os.stat(f"{b}/hard").st_ino == os.stat(f"{b}/a/b/4096").st_ino
    assert os.stat(f"{b}/hard").st_nlink == 2


def programs(where, tree):
    run("cp", "-a", tree, f"{where}/copy")
    same(tree, f"{where}/copy")
    run("tar", "-C", tree, "-cf", "t.tar", ".")
    os.mkdir(f"{where}/untarred")
    run("tar", "-C", f"{where}/untarred", "-xf", "t.tar")
    same(tree, f"{where}/untarred")
    env = dict(os.environ, GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@b", GIT_COMMITTER_NAME="a",
               GIT_COMMITTER_EMAIL="a@b", HOME=os.getcwd())
    git = ["git", "-C", f"{where}/copy", "-c", "safe.directory=*"]
    run(*git, "init", "-q", env=env)
    run(*git, "add", ".", env=env)
    run(*git, "commit", "-q", "-m", "all", env=env)
    run(*git, "gc", "-q", env=env)
    run("rm", "-r", f"{where}/copy/a")
    run(*git, "checkout", "-q", ".", env=env)
    run(*git, "fsck", "--strict", env=env)
    assert run(*git, "status", "--porcelain", env=env) == ""
    run("sqlite3", f"{where}/data.db", "create table t(a integer primary key, b text);"
        "with recursive n(i) as (select 1 union all select i+1 from n where i<20000)"
        " insert into t select i, hex(randomblob(20)) from n; delete from t where a % 3 = 0;"
        "vacuum; create index x on t(b);")
    assert run("sqlite3", f"{where}/data.db", "pragma integrity_check").strip() == "ok"
    run("rm", "-r", f"{where}/copy")


class Exerciser:
    """Random operations on a file beside the same on bytes in memory."""

    def __init__(self, path, seed, limit=400000):
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        self.rng, self.limit, self.wanted = random.Random(seed), limit, bytearray()

    def write(self):
        at = self.rng.randrange(self.limit - 60000)
        data = self.rng.randbytes(self.rng.randrange(1, 60000))
        if self.rng.random() < 0.3:
            data = bytes(len(data))
        assert os.pwrite(self.fd, data, at) == len(data)
        if len(self.wanted) < at:
            self.wanted.extend(bytes(at - len(self.wanted)))
        self.wanted[at:at + len(data)] = data

    def truncate(self):
        size = self.rng.randrange(self.limit)
        os.ftruncate(self.fd, size)
        del self.wanted[size:]
        self.wanted.extend(bytes(size - len(self.wanted)))

    def read(self):
        at = self.rng.randrange(self.limit)
        n = self.rng.randrange(1, 100000)
        assert os.pread(self.fd, n, at) == self.wanted[at:at + n]

    def map(self):
        if len(self.wanted) < 8192:
            return
        with mmap.mmap(self.fd, len(self.wanted)) as m:
            at = self.rng.randrange(len(self.wanted) - 5000)
            data = self.rng.randbytes(5000)
            assert m[at:at + 5000] == self.wanted[at:at + 5000]
            m[at:at + 5000] = data
            self.wanted[at:at + 5000] = data

    def punch(self):
        if len(self.wanted) < 2:
            return
        at = self.rng.randrange(len(self.wanted) - 1)
        n = self.rng.randrange(1, len(self.wanted) - at)
        subprocess.run(["fallocate", "-p", "-o", str(at), "-l", str(n), f"/proc/self/fd/{self.fd}"],
                       check=True, pass_fds=[self.fd])
        self.wanted[at:at + n] = bytes(n)

    def sync(self):
        os.fsync(self.fd)

    def go(self, steps):
        for step in range(steps):
            what = self.rng.choices((self.write, self.truncate, self.read, self.map, self.punch,
                                     self.sync), (30, 8, 30, 20, 3, 2))[0]
            try:
                what()
            except AssertionError as e:
                raise AssertionError(f"step {step}: {what.__name__}") from e
        assert os.pread(self.fd, self.limit, 0) == self.wanted
        assert os.fstat(self.fd).st_size == len(self.wanted)
        return bytes(self.wanted)


def odd_cases(where):
    """Deleted but open, renamed over, names that cannot be, a full disk."""
    with open(f"{where}/gone", "w+b") as f:
        f.write(b"still there")
        f.flush()
        os.unlink(f"{where}/gone")
        f.seek(0)
        assert f.read() == b"still there" and os.fstat(f.fileno()).st_nlink == 0
    for name in ("x" * 253, "a:b", b"\xff\xfe"):
        path = os.path.join(os.fsencode(where), os.fsencode(name))
        try:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
            raise AssertionError(f"{name} was made")
        except OSError:
            pass
    os.makedirs(f"{where}/d1/d2")
    try:
        os.rename(f"{where}/d1", f"{where}/d1/d2/d3")
        raise AssertionError("a directory went below itself")
    except OSError:
        pass
    full = 0
    try:
        with open(f"{where}/filler", "wb", buffering=0) as f:
            noise = os.urandom(MIB)
            for full in range(10000):
                f.write(noise)
                os.fsync(f.fileno())
    except OSError as e:
        assert e.errno == 28, e
    assert full > 1
    os.unlink(f"{where}/filler")
    with open(f"{where}/after", "wb") as f:
        f.write(os.urandom(MIB))


def damage(img):
    """Every checker run on a damaged image ends, and damage to what is in use is found."""
    clean = open(img, "rb").read()
    found = 0
    rng = random.Random(3)
    for _ in range(12 if not SOAK else 200):
        bad = bytearray(clean)
        for _ in range(30):
            at = rng.randrange(257 * 4096, len(bad))
            bad[at] ^= 1 << rng.randrange(8)
        with open("bad.img", "wb") as f:
            f.write(bad)
        status = subprocess.run([f"{TOOLS}/redoxfs-fsck", "-q", "bad.img"]).returncode
        assert status in (0, 1, 2), status
        found += status != 0
    assert found
    with open("bad.img", "wb") as f:
        f.write(clean[:MIB])
    assert subprocess.run([f"{TOOLS}/redoxfs-fsck", "-q", "bad.img"],
                          stderr=subprocess.DEVNULL).returncode
    print(f"damage: found in {found} images")


def images():
    os.mkdir("tree")
    make_tree("tree")
    image("a.img", 32 * MIB)
    tool("redoxfs-ar", "a.img", "tree")
    tool("redoxfs-fsck", "a.img")
    image("b.img", 40 * MIB)
    with open("loader", "wb") as f:
        f.write(b"loader" * 1000)
    tool("redoxfs-clone", "a.img", "b.img", "loader")
    assert open("b.img", "rb").read(6000) == b"loader" * 1000
    tool("redoxfs-fsck", "b.img")
    before = os.path.getsize("b.img")
    tool("redoxfs-resize", "b.img", "min")
    tool("redoxfs-fsck", "b.img")
    tool("redoxfs-resize", "b.img", "1000", status=1)
    tool("redoxfs-resize", "b.img", "1T", status=1)
    tool("redoxfs-resize", "b.img", "39M")
    tool("redoxfs-resize", "b.img")
    tool("redoxfs-fsck", "b.img")
    assert os.path.getsize("b.img") == before
    image("c.img", 32 * MIB)
    tool("redoxfs-mkfs", "--encrypt", "c.img", input=b"secret\n")
    tool("redoxfs-mkfs", "--encrypt", "c.img", input=b"\n", status=1)
    tool("redoxfs-fsck", "c.img", input=b"wrong\n", status=2)
    tool("redoxfs-fsck", "c.img", input=b"secret\n")
    tool("redoxfs-mkfs", "missing.img", status=1)
    image("small.img", 264 * 4096)
    tool("redoxfs-mkfs", "small.img", status=1)


def users():
    """Help, mistakes that must not cost anything, terminals."""
    for name, status in (("redoxfs", 1), ("redoxfs-ar", 1), ("redoxfs-clone", 1),
                         ("redoxfs-fsck", 2), ("redoxfs-mkfs", 1), ("redoxfs-resize", 1)):
        assert tool(name, "--help", stderr=subprocess.PIPE).startswith(f"usage: {name} ")
        assert tool(name, status=status).startswith(f"usage: {name} ")
        tool(name, "--nonsense", status=status)
    os.mkfifo("pipe")
    for path in ("missing.img", "tree", "pipe", "loader"):
        assert path in tool("redoxfs-fsck", path, status=2)
    before = open("a.img", "rb").read()
    tool("redoxfs-ar", "a.img", "missing", status=1)
    tool("redoxfs-clone", "a.img", "a.img", status=1)
    assert "in use\n" in tool("redoxfs-clone", "a.img", "a.img", status=1)
    assert "Not a directory" in tool("redoxfs", "a.img", "loader", status=1)
    assert open("a.img", "rb").read() == before, "a mistake has changed an image"
    os.mkdir("holds")
    image("holds/self.img", 8 * MIB)
    with open("holds/x", "w") as f:
        f.write("x")
    assert "left out" in tool("redoxfs-ar", "holds/self.img", "holds")
    tool("redoxfs-fsck", "holds/self.img")
    image("d.img", 32 * MIB)
    assert "\r" not in tool("redoxfs-ar", "d.img", "tree")
    seen, status, _ = on_terminal("redoxfs-ar", "d.img", "tree")
    assert b"\rcopying [" in seen and b"%" in seen and status == 0, seen
    prompt = b"password: "
    seen, status, shows = on_terminal("redoxfs-fsck", "c.img", typed=b"secret\n", after=prompt)
    assert b"c.img: 0 faults" in seen and b"secret" not in seen and status == 0 and shows, seen
    seen, status, shows = on_terminal("redoxfs-fsck", "c.img", typed=b"\x03", after=prompt)
    assert status == -signal.SIGINT and shows, (seen, status)


def mounted():
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 30)))
    print(f"SEED={seed}")
    for img, password in (("a.img", None), ("b.img", None)):
        with Mount(img, password) as where:
            same("tree", where)
    with Mount("a.img", options=["--ro"]) as where:
        try:
            open(f"{where}/x", "w")
            raise AssertionError("written to a read-only mount")
        except OSError as e:
            assert e.errno == 30
    image("m.img", 96 * MIB)
    tool("redoxfs-mkfs", "m.img")
    with Mount("m.img") as where:
        programs(where, "tree")
        data = Exerciser(f"{where}/exercise", seed).go(20000 if SOAK else 600)
        odd_cases(where)
    tool("redoxfs-fsck", "m.img")
    with Mount("m.img") as where:
        same("tree", f"{where}/untarred")
        assert open(f"{where}/exercise", "rb").read() == data
        assert not os.path.exists(f"{where}/gone")
    with Mount("c.img", "secret") as where:
        run("cp", "-a", "tree", where)
        same("tree", f"{where}/tree")
    with Mount("c.img", "secret") as where:
        same("tree", f"{where}/tree")


def killed():
    """kill -9 of the mount: what fsync reported is there, and the image is clean."""
    image("k.img", 64 * MIB)
    tool("redoxfs-mkfs", "k.img")
    for round_ in range(3):
        m = Mount("k.img")
        for i in range(40):
            with open(f"{m.where}/r{round_}-{i}", "wb") as f:
                f.write(b"%d" % i * 1000)
                f.flush()
                os.fsync(f.fileno())
        for i in range(200):
            open(f"{m.where}/lost{round_}-{i}", "wb").close()
        m.process.kill()
        m.process.wait()
        run("fusermount3", "-u", "-z", m.where)
        tool("redoxfs-fsck", "k.img")
        with Mount("k.img") as where:
            for i in range(40):
                assert open(f"{where}/r{round_}-{i}", "rb").read() == b"%d" % i * 1000
    tool("redoxfs-fsck", "k.img")


def main():
    work = tempfile.mkdtemp()
    os.chdir(work)
    try:
        images()
        users()
        damage("a.img")
        if not os.path.exists("/dev/fuse") or not shutil.which("fusermount3"):
            print("no FUSE here: mounting was not tried")
            return 77
        mounted()
        killed()
    finally:
        os.chdir("/")
        shutil.rmtree(work, ignore_errors=True)
    return 0


sys.exit(main())
