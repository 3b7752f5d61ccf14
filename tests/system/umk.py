"""What the system tests share: starting systems, talking to them, failing with a reason.

Not a test itself (it is not executable). Every wait has a limit; every system that is started is
ended, also when a test fails."""
import contextlib
import ctypes
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time

UMK = os.environ.get("UMK", "build/umk")
BUILD = os.environ.get("BUILD", "build")
TOP = os.environ.get("TOP", ".")
INITFS = os.environ.get("INITFS", os.path.join(BUILD, "initfs-test.cpio"))
SOAK = bool(os.environ.get("SOAK"))
# On bare hardware, in QEMU: umk is scripts/qemu-run then.
METAL = os.environ.get("UMK_MACHINE") == "metal"
BOOT_SECONDS = 40 if METAL else 20
PR_SET_CHILD_SUBREAPER = 36

# Who runs the tests in the background, or under nohup, may ignore these; so would umk until it
# is up.
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
    signal.signal(number, signal.SIG_DFL)


def bulk(size):
    """A size for input that is to be large: QEMU's serial line takes some 10 KB/s."""
    return size // 100 if METAL else size


def skip(reason):
    print(reason)
    sys.exit(77)


def need_umk():
    if not os.access(UMK, os.X_OK) or not os.access(INITFS, os.R_OK):
        print("umk is not built")
        sys.exit(1)


def check(holds, *what):
    """The one assertion: prints what was seen and ends the test."""
    if not holds:
        caller = sys._getframe(1)
        print(f"{os.path.basename(caller.f_code.co_filename)}:{caller.f_lineno}: failed")
        for item in what:
            print("   ", item)
        sys.exit(1)


# The root file system on a disk instead of in memory, for tests that are to hold there as well.
IMAGE = ["--image", os.environ["UMK_IMAGE"], "--ephemeral"] if "UMK_IMAGE" in os.environ else []


def run_argv(*command, options=(), initfs=None):
    options = (*IMAGE, *options)
    return [UMK, "run", "--initfs", initfs or INITFS, *options, "--", *command]


def host(argv, stdin=b"", seconds=BOOT_SECONDS, **kwargs):
    """A program of the host: the CompletedProcess, as bytes. A hang fails the test."""
    try:
        return subprocess.run(argv, input=stdin, capture_output=True, timeout=seconds, **kwargs)
    except subprocess.TimeoutExpired as e:
        check(False, f"hung for {seconds} s: {argv}", e.stdout, e.stderr)


def run(*command, stdin=b"", options=(), initfs=None, seconds=BOOT_SECONDS):
    """`umk run -- COMMAND` in a fresh system."""
    return host(run_argv(*command, options=options, initfs=initfs), stdin, seconds)


def ion(script, **kwargs):
    return run("ion", "-c", script, **kwargs)


def expect(done, status=0, out=None, err=None):
    """Compares what came of a command; out and err are bytes, or None for anything."""
    check(done.returncode == status, f"status {done.returncode}, expected {status}", done)
    if out is not None:
        check(done.stdout == out, f"stdout {done.stdout!r}, expected {out!r}", done.stderr)
    if err is not None:
        check(done.stderr == err, f"stderr {done.stderr!r}, expected {err!r}")


def expect_complaint(done, status=2):
    """A refusal: that status, one line on stderr, nothing on stdout."""
    check(done.returncode == status, f"status {done.returncode}, expected {status}", done)
    check(done.stdout == b"", f"stdout {done.stdout!r}")
    check(re.fullmatch(rb"[^\n]+\n", done.stderr), f"not one line on stderr: {done.stderr!r}")


def make_image(path):
    """A new disk image from tests/system/image.toml, with what `make image` puts there."""
    def package(name, programs):
        return ["--package", name, *(os.path.join(BUILD, "user/bin", p) for p in programs)]

    def folder(name):
        names = os.listdir(os.path.join(TOP, "programs", name))
        return package(name, sorted(n[:-2] for n in names if n.endswith(".c")))
    done = host([os.path.join(TOP, "scripts/mkimage"), os.path.join(BUILD, "tools/redoxfs-cpio"),
                 path, os.path.join(TOP, "tests/system/image.toml"),
                 *package("base", ["ramfs", "ptyd"]), *package("ion", ["ion"]),
                 *folder("coreutils"), *folder("userutils")], seconds=60)
    expect(done, 0, b"", b"")


def adopt():
    """From now on orphans of our descendants become our children."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            return [int(word) for word in f.read().split()]
    except OSError:
        return []


def state_of(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0]
    except OSError:
        return None


def descendants_of(pid):
    found = []
    for child in children_of(pid):
        if state_of(child) not in (None, "Z"):
            found.append(child)
        found += descendants_of(child)
    return found


def wait_for(condition, seconds, what):
    """Polls until condition() is true; returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        check(time.monotonic() < end, f"not within {seconds} s: {what}")
        time.sleep(0.01)


@contextlib.contextmanager
def system(*command, options=(), **kwargs):
    """A system that runs a command while the test does something else: the Popen, with pipes."""
    p = subprocess.Popen(run_argv(*command, options=options), stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)
    try:
        yield p
    finally:
        if p.poll() is None:
            p.terminate()
            try:
                p.wait(10)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()


def read_until(fd, wanted, seconds=BOOT_SECONDS):
    """Reads from fd until the regular expression is seen; all that was read."""
    text, end = b"", time.monotonic() + seconds
    while not re.search(wanted, text):
        left = end - time.monotonic()
        check(left > 0, f"{wanted!r} did not come within {seconds} s", text)
        if select.select([fd], [], [], left)[0]:
            try:
                more = os.read(fd, 65536)
            except OSError:
                more = b""
            check(more, f"{wanted!r} did not come before the end", text)
            text += more
    return text


class Terminal:
    """`umk run` on a terminal of its own. prompt: what ends each answer."""
    PROMPT = rb"[#$>] (?:\x1b\[[0-9;?]*[a-zA-Z])*$"

    def __init__(self, argv, size=None):
        """size: rows and columns; otherwise they are not known."""
        self.fd, self.tty = pty.openpty()
        if size:
            termios.tcsetwinsize(self.fd, size)
        self.before = termios.tcgetattr(self.tty)
        self.process = subprocess.Popen(argv, stdin=self.tty, stdout=self.tty, stderr=self.tty,
                                        start_new_session=True, preexec_fn=self._own_terminal)

    def _own_terminal(self):
        import fcntl
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.hang_up()

    def hang_up(self):
        """The terminal goes away."""
        for fd in (self.tty, self.fd):
            if fd is not None:
                os.close(fd)
        self.tty = self.fd = None

    def until(self, wanted, seconds=BOOT_SECONDS):
        return read_until(self.fd, wanted, seconds)

    def prompt(self, seconds=BOOT_SECONDS):
        return self.until(self.PROMPT, seconds)

    def type(self, text):
        os.write(self.fd, text)

    def command(self, text, seconds=BOOT_SECONDS):
        """Types a line; what came until the next prompt, without the echo of the line."""
        self.type(text + b"\r")
        answer = self.until(rb"\n(?s:.*)" + self.PROMPT, seconds)
        answer = re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", answer).replace(b"\r", b"")
        return answer.split(b"\n", 1)[1].rsplit(b"\n", 1)[0] + b"\n"

    def ended(self, seconds=10):
        """The exit status."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            subprocess.run(["ps", "--forest", "-o", "pid,stat,wchan:20,time,args", "-s",
                            str(self.process.pid)])
            check(False, "did not end")

    def attributes_restored(self):
        return termios.tcgetattr(self.tty) == self.before


def processes(umk_pid):
    """`umk ps` of the system whose supervisor has that pid, as a list of records."""
    done = host([UMK, "ps", "--json", "-i", str(umk_pid)])
    check(done.returncode == 0, done)
    return json.loads(done.stdout)


def process_named(umk_pid, name):
    found = [p for p in processes(umk_pid) if p["name"] == name and p["state"] != "Z"]
    return found[0] if found else None
