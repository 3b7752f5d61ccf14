#!/usr/bin/env python3
"""What must not hurt ion: huge input, bytes that are no text, streams that are closed or full, and
the interrupt key at any moment. On the host, under sanitizers (or the binary named).

  bad.py [--ion FILE] [--seed N]
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

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

MANY = 100000
LONG = 10000000

# What is interrupted: loops of builtins, programs, substitutions, pipelines, functions, reading.
LOOPS = [
    "while true; end",
    "while true; let x = $(echo a | tr a b); end",
    "for i in 1..1000000; let a ++= [x y]; end; true",
    "fn f n:int; if test $n -gt 0; f $((n - 1)); end; end; while true; f 20; end",
    "while true; sh -c 'exit 3'; end",
    "while true; echo a b c | sort | cat > /dev/null; end",
    "read x; echo no",
    "while true; match abc; case \"[a-z]+\"; let m = $to_uppercase(\"x\"); end; end",
    "while true; eval 'let y = [{1..50}]'; end",
    "while true; let t = @(echo x y z); end",
    "source loop",
]


class Checker:
    def __init__(self, ion, directory):
        self.ion, self.directory, self.count, self.failed = str(ion), directory, 0, 0
        self.env = {"PATH": "/usr/bin:/bin", "HOME": str(directory), "USER": "u", "LC_ALL": "C"}

    def run(self, words, **kwargs):
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        kwargs.setdefault("stdout", subprocess.PIPE)
        return subprocess.run([self.ion, *words], stderr=subprocess.PIPE, cwd=self.directory,
                              env=self.env, timeout=60, **kwargs)

    def check(self, what, ok, done=None):
        self.count += 1
        if ok and not (done and b"Sanitizer" in done.stderr):
            return
        self.failed += 1
        print(f"FAIL {what}")
        if done:
            out = (done.stdout or b"")[:300]
            print(f"  status {done.returncode}, stdout {out!r}, stderr {done.stderr[-2000:]!r}")

    def script(self, text):
        path = self.directory / "script"
        path.write_bytes(text)
        return str(path)

    def gives(self, what, text, out, status=0, err=None):
        """A script's whole output and status; `err` must occur in what it says on stderr."""
        done = self.run([self.script(text)])
        ok = done.stdout == out and done.returncode == status
        if err is None:
            ok = ok and not done.stderr
        else:
            ok = ok and err in done.stderr and len(done.stderr) < 1000
        self.check(what, ok, done)


def huge(c):
    words = b" ".join(b"w%d" % i for i in range(MANY))
    c.gives("many arguments of a builtin", b"echo " + words, words + b"\n")
    c.gives("many arguments of a program", b"/bin/echo " + words, words + b"\n")
    c.gives("a large array", b"let a = [" + words + b"]; echo $len(@a) @a[-1]", b"100000 w99999\n")
    c.gives("a large range", b"let n = 0; for i in {1..=100000}; let n += 1; end; echo $n",
            b"100000\n")
    line = b"x" * LONG
    c.gives("a long line", b"echo " + line, line + b"\n")
    c.gives("a long line in quotes", b"echo '" + line + b"'", line + b"\n")
    c.gives("a long line read", b"read v < big; echo $len_bytes(v)", b"10000000\n")
    c.gives("a long line captured", b"let v = $(cat big); echo $len_bytes(v)", b"10000000\n")
    c.gives("many statements", b"let n = 0\n" + b"let n += 1\n" * MANY + b"echo $n", b"100000\n")


def deep(c):
    nested = b"nested too deeply"
    for what, text in [("substitutions", b"echo " + b"$(" * MANY), ("braces", b"{a," * MANY),
                       ("brackets", b"echo " + b"[" * MANY), ("blocks", b"if true\n" * MANY),
                       ("prefixes", b"not " * MANY), ("methods", b"echo " + b"$len(" * MANY),
                       ("quotes", b'echo "' + b'$len("' * MANY),
                       ("types", b"let x:" + b"[" * MANY)]:
        c.gives(f"deep {what}", text, b"", 1, nested if what != "braces" else b"ion: syntax error")
    c.gives("deep arithmetic", b"echo $((" + b"(" * MANY + b"1" + b")" * MANY + b"))", b"", 1,
            b"nested too deeply")
    c.gives("deep calls", b"fn f; f; end; f", b"", 1, b"nested too deeply")
    c.gives("large braces", b"echo " + b"{1..9}" * 30, b"", 1, b"too big")
    c.gives("a large power", b"echo $((9**9**9**9))", b"", 1, b"too big")
    c.gives("a large repetition", b'echo $repeat("x" 99999999999999)', b"", 1, b"too big")
    c.gives("a pattern that backtracks", b'matches ' + b"a" * 5000 + b' "(a*)*(a*)*b"; echo $?',
            b"1\n")


def bytes_that_are_no_text(c):
    c.gives("no UTF-8", b"echo a\necho \xff\necho b\n", b"a\n", 1, b"line 2, column 6")
    c.gives("NUL", b"echo a\necho b\0c\n", b"a\n", 1, b"line 2, column 7")
    c.gives("captured", b"let x = $(cat bytes); echo $len(x) $len_bytes(x); echo $reverse(x)",
            b"3 3\n\xfe\xffa\n")
    c.gives("read", b"read x < bytes; echo $x; mapfile m < bytes; echo @m", b"a\xff\xfe\n" * 2)
    c.gives("argument", b"sh -c 'printf \"%s\" \"$1\"' sh $(cat bytes)", b"a\xff\xfe")
    done = c.run(["-c", b"echo \xff"])
    c.check("no UTF-8 in -c", done.returncode == 1 and b"column 6" in done.stderr, done)
    c.gives("file names", b"echo b*s; for f in d/*; test -f $f; echo $?; end", b"bytes\n0\n")


def streams(c):
    with open("/dev/full", "wb") as full:
        done = c.run(["-c", "echo hi || echo $?; let x = 1; exit 4"], stdout=full)
    c.check("a full disk", done.returncode == 4 and b"No space left" in done.stderr, done)
    c.gives("a full disk, redirected", b"echo hi > /dev/full; echo $?", b"1\n", 0, b"No space left")
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = c.run(["-c", "while true; echo y; end"], stdout=write_end)
    os.close(write_end)
    c.check("nobody reads", done.returncode == -signal.SIGPIPE and not done.stderr, done)
    for fd in range(3):
        done = c.run(["-c", "let a = $(echo x | cat); test $a = x; sh -c 'exit 3'"],
                     preexec_fn=lambda fd=fd: os.close(fd))
        c.check(f"stream {fd} is closed", done.returncode == 3, done)
    done = c.run(["-c", "echo hi"], preexec_fn=lambda: os.close(1))
    ok = done.returncode == 1 and b"Bad file descriptor" in done.stderr
    c.check("stdout is closed", ok, done)
    gone = c.directory / "gone"
    gone.mkdir()
    done = subprocess.run([c.ion, "-c", "rmdir $PWD; cd .; echo *; pwd > /dev/null; cd /; pwd"],
                          cwd=gone, env=c.env, stdin=subprocess.DEVNULL, capture_output=True)
    c.check("the directory is gone", done.stdout.endswith(b"/\n"), done)
    done = subprocess.run([c.ion, "-c", "echo ~ $SWD; cd; echo $?"], cwd=c.directory, env={},
                          stdin=subprocess.DEVNULL, capture_output=True)
    c.check("no environment", done.returncode == 0 and b"\n" in done.stdout, done)


def interrupts(c, rng):
    """SIGINT at a random moment: the shell dies of it, soon, and leaves nothing behind."""
    (c.directory / "loop").write_text("while true; let z = {a,b}{1..9}; end\n")
    for loop in LOOPS:
        p = subprocess.Popen([c.ion, "-c", loop], cwd=c.directory, env=c.env,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, start_new_session=True)
        time.sleep(0.15 + rng.random() * 0.2)
        os.killpg(p.pid, signal.SIGINT)
        try:
            out, err = p.communicate(timeout=20)
            done = subprocess.CompletedProcess(loop, p.returncode, out, err)
            c.check(f"interrupted: {loop}", p.returncode == -signal.SIGINT and b"no\n" not in out,
                    done)
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            p.communicate()
            c.check(f"interrupted, did not end: {loop}", False)


def run_on_host(ion, directory, seed=None):
    seed = seed if seed is not None else random.randrange(1 << 30)
    (directory / "d").mkdir()
    (directory / "big").write_bytes(b"x" * LONG)
    (directory / "bytes").write_bytes(b"a\xff\xfe")
    with open(bytes(directory / "d") + b"/\xff.txt", "w"):
        pass
    c = Checker(ion, directory)
    huge(c)
    deep(c)
    bytes_that_are_no_text(c)
    streams(c)
    interrupts(c, random.Random(seed))
    print(f"bad input: {c.count} tests, {c.failed} failed, seed {seed}")
    return c.failed


def main():
    import run
    parser = argparse.ArgumentParser()
    parser.add_argument("--ion", type=pathlib.Path)
    parser.add_argument("--seed", type=int)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        ion = args.ion.resolve() if args.ion else run.build(directory)
        (directory / "work").mkdir()
        return 1 if run_on_host(ion, directory / "work", args.seed) else 0


if __name__ == "__main__":
    sys.exit(main())
