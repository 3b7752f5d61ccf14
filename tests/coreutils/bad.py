#!/usr/bin/env python3
"""Bad input and bad places for output, on the host under sanitizers: each utility gets bytes that
are no text, a line of 10 MB, 100,000 arguments, a full device, a pipe that nobody reads, ^C.

  bad.py [--bin FOLDER] [--seed N] [NAME...]
"""
import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import interrupt  # noqa: E402
import run  # noqa: E402

SECONDS = 60
LONG = 10_000_000
# Utilities that read standard input, with arguments that make them do something to it.
FILTERS = """b2sum -|b3sum -|cat -A|cat -n|cksum|comm - empty|csplit - 1|cut -c 2-5|cut -f 1 -d x|
cut -b 1-|dd bs=1000|expand|expand -t 4|fmt|fmt -s|fold|fold -s|fold -b|grep -c a|grep -n .|
grep -i -o 'a[b-z]*'|head -c 100|head -n 1|hexdump -C|join - empty|less|md5sum|more|nl -b a|od -c|
od -t x1|
paste - -|pr|pr -2 -t|pr -m -|rev|sha256sum|shuf|sort|sort -n|sort -k 2|sort -S 100K|sort -u|

split - piece|sum|tac|tail -c 100|tail -n 1|tee copy|tr a-z A-Z|tr -d x|tr -s a|tsort|unexpand -a|
uniq|uniq -c|wc|xargs -n 1000 echo"""
FILTERS = [f for f in FILTERS.replace("\n", "").split("|") if f]
# What writes without any input, for ever or for long.
WRITERS = ["yes", "seq 1 100000000", "cat /dev/zero", "dd if=/dev/zero",
           "head -c 1000000000 /dev/zero", "tail -c 1000000000 numbers numbers",
           "shuf -i 1-1000000", "shuf -r -e a", "ls -R /usr/share", "find /usr/share"]
# What says something short.
SAYERS = ["echo a", "printf a", "basename a/b", "dirname a/b", "expr 1 + 1", "factor 12", "seq 3",
          "pwd", "uname -a", "env", "printenv PATH", "nproc", "whoami", "id", "groups", "date",
          "ls /", "stat /", "df /", "du one", "readlink link", "realpath one",
          "cat one", "head one", "tail one", "wc one", "sort one", "uniq one", "cut -c 1 one",
          "md5sum one", "cksum one", "od one", "nl one", "tac one", "rev one", "fold one",
           "fmt one",
          "pr one", "paste one two", "join left right", "comm sorted sorted", "expand one",
          "unexpand one", "tr a b < one", "grep . one", "find one", "shuf one", "tsort empty2",
          "sum one", "hexdump one", "b2sum one", "uptime", "hostname", "mktemp -u",
          "csplit one 1", "less one", "more one", "pinky -l root", "pathchk --help", "tee < one",
          "split --verbose one", "cp -v one new", "mv -v two new2", "rm -v three.txt",
          "mkdir -v newdir", "chmod -v 700 one", "ln -sv one new3", "truncate --help",
           "install --help"]


class Bed:
    def __init__(self, binaries, base, seed):
        self.binaries, self.base, self.seed = binaries, base, seed
        self.count, self.failed = 0, []

    def folder(self):
        self.count += 1
        folder = self.base / f"here{self.count}"
        folder.mkdir()
        run.make_files(random.Random(self.seed), folder)
        (folder / "empty2").write_text("a b\n")
        return folder

    def start(self, command, folder, **kwargs):
        env = {"PATH": f"{self.binaries}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder),
               "TMPDIR": str(folder), "ASAN_OPTIONS": "detect_leaks=0:handle_segv=1", "TZ": "UTC0"}
        return subprocess.Popen(["sh", "-c", "exec " + command], cwd=folder, env=env,
                                start_new_session=True, **kwargs)

    def finish(self, command, process, stdin=None):
        """Status, output, errors; a fault of the program's is a failure by itself."""
        try:
            out, err = process.communicate(stdin, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            self.fail(command, f"hung for {SECONDS} s")
            return None, b"", b""
        if b"Sanitizer" in err or b"runtime error" in err:
            self.fail(command, err.decode(errors="replace")[:2000])
        return process.returncode, out or b"", err

    def fail(self, command, why):
        self.failed.append(command)
        print(f"FAIL {command}: {why}")

    def there(self, command):
        return (self.binaries / command.split()[0]).exists()


def some(bed, commands):
    """A third of them, another one with each seed; all with SOAK."""
    few = [c for n, c in enumerate(commands) if os.environ.get("SOAK") or n % 3 == bed.seed % 3]
    return [c for c in few if bed.there(c)]


def feed(bed, text, what):
    for command in FILTERS:
        if not bed.there(command):
            continue
        folder = bed.folder()
        p = bed.start(command, folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                      stderr=subprocess.PIPE)
        status, _, err = bed.finish(f"{command} ({what})", p, text)
        if status not in (0, 1, None):
            bed.fail(f"{command} ({what})", f"status {status} {err[:300]}")


def test_bytes(bed):
    rng = random.Random(bed.seed)
    feed(bed, rng.randbytes(100_000), "random bytes")
    broken = b"\xff\xc3\n\xe4\xbd\n\xf0\x9f\x98\n\xed\xa0\x80 \xc0\x80\n\0\0\n\xc3" * 100
    feed(bed, broken, "broken UTF-8")


def test_long_line(bed):
    text = (b"abcd efghi " * (LONG // 11)) + b"\n"
    for command in some(bed, [f for f in FILTERS if not f.startswith("grep -i -o")]):
        folder = bed.folder()
        p = bed.start(command + " | cksum", folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                      stderr=subprocess.PIPE)
        status, out, _ = bed.finish(f"{command} (10 MB)", p, text)
        if status is not None and (status != 0 or not out):
            bed.fail(f"{command} (10 MB)", f"status {status}")


def test_arguments(bed):
    """100,000 of them."""
    commands = dict((
        ("cat", 0), ("ls", 0), ("wc -l", 0), ("head -n 1", 0), ("tail -n 1", 0), ("sort", 0),
        ("sort -m", 0), ("cksum", 0), ("md5sum", 0), ("echo", 0), ("printf %s", 0),
        ("basename -a", 0), ("dirname", 0), ("touch", 0), ("chmod 600", 0), ("stat -c %s", 0),
        ("paste -s", 0), ("grep x", 1), ("du", 0), ("rm -f", 0), ("readlink", 1), ("realpath", 0),
        ("expr", 2), ("cut -c 1", 0), ("nl", 0), ("fmt", 0), ("pr -t", 0), ("tac", 0),
        ("shred -n 0", 0), ("mkdir", 1), ("rmdir", 1), ("unlink", 1)))
    for command in some(bed, commands):
        status = commands[command]
        folder = bed.folder()
        (folder / "e").write_text("")
        argv = [str(bed.binaries / command.split()[0]), *command.split()[1:], *["e"] * 100_000]
        p = subprocess.Popen(
            argv, cwd=folder, start_new_session=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "ASAN_OPTIONS": "detect_leaks=0"})
        got, _, err = bed.finish(f"{command} (100,000 arguments)", p)
        if got not in (status, None):
            bed.fail(f"{command} (100,000 arguments)", f"status {got} {err[:200]}")


def test_full(bed):
    """A full device says so, and the status tells."""
    for command in SAYERS + FILTERS:
        if not bed.there(command) or command in ("less", "xargs -n 1000 echo"):
            continue
        folder = bed.folder()
        with open("/dev/full", "wb") as full:
            p = bed.start(command, folder, stdin=subprocess.PIPE, stdout=full,
                          stderr=subprocess.PIPE)
            status, _, err = bed.finish(f"{command} > /dev/full", p, b"a b\nc d\n" * 50)
        silent = ("comm - empty", "join - empty", "split - piece", "csplit - 1", "grep -c x")
        if status == 0 and not command.startswith(silent):
            bed.fail(f"{command} > /dev/full", "status 0")
        if status not in (0, None) and b"No space left on device" not in err:
            bed.fail(f"{command} > /dev/full", f"says {err[:200]}")


def test_no_reader(bed):
    """A pipe that nobody reads ends the program by SIGPIPE, or with a message where that is
    ignored."""
    for command in WRITERS + ["sort numbers", "ls", "cat numbers", "nl numbers", "pr numbers"]:
        if not bed.there(command):
            continue
        for ignored in (False, True):
            folder = bed.folder()
            out, ours = os.pipe()
            os.close(out)
            p = bed.start(command, folder, stdout=ours, stdin=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, restore_signals=not ignored)
            os.close(ours)
            status, _, err = bed.finish(f"{command} | nobody", p)
            if status is None:
                continue
            if not ignored and status != -signal.SIGPIPE:
                bed.fail(f"{command} | nobody", f"status {status} {err[:200]}")
            if ignored and (status in (0, -signal.SIGPIPE) or b"Broken pipe" not in err):
                bed.fail(f"{command} | nobody (ignored)", f"status {status} {err[:200]}")


def test_interrupted(bed):
    """^C at any moment leaves no temporary file, no piece, and the old output."""
    rng = random.Random(bed.seed)
    for command in ("sort -S 10K -o sorted2 big big", "csplit -s big 100 '{1000}'",
                    "sort -S 10K big -o big"):
        if not bed.there(command):
            continue
        for _ in range(8 if os.environ.get("SOAK") else 3):
            folder = bed.folder()
            text = "".join(f"{rng.randrange(10**9)}\n" for _ in range(120_000))
            (folder / "big").write_text(text)
            before = {f.name for f in folder.iterdir()}
            p = bed.start(command, folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            time.sleep(rng.random() * 0.5)
            p.send_signal(signal.SIGINT)
            status, _, err = bed.finish(command, p)
            left = {f.name for f in folder.iterdir()} - before
            if status == -signal.SIGINT and left - {"sorted2"}:
                bed.fail(command, f"left {sorted(left)[:10]}")
            if any(name.startswith("sort") and name != "sorted2" for name in left):
                bed.fail(command, f"left {sorted(left)[:10]}")
            if status not in (0, 1, -signal.SIGINT):
                bed.fail(command, f"status {status} {err[:200]}")


def test_swept(bed):
    interrupt.run(bed)


TESTS = {name[5:]: fn for name, fn in globals().items() if name.startswith("test_")}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    print(f"seed {args.seed}")
    with tempfile.TemporaryDirectory() as name:
        base = pathlib.Path(name)
        (base / "bin").mkdir()
        binaries = args.bin.resolve() if args.bin else run.build(base / "bin", [])
        bed = Bed(binaries, base, args.seed)
        for test in args.names or TESTS:
            began = time.monotonic()
            TESTS[test](bed)
            if os.environ.get("TIMES"):
                print(f"{test}: {time.monotonic() - began:.1f} s")
    print(f"bad: {bed.count} runs, {len(bed.failed)} failed")
    return 1 if bed.failed else 0


if __name__ == "__main__":
    sys.exit(main())
