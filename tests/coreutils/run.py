#!/usr/bin/env python3
"""Differential tests of the core utilities against the host's GNU tools.

Builds programs/coreutils with the host's C library and sanitizers into a temporary folder (or takes
the folder named by --bin), then gives each utility and its GNU counterpart the same generated
files, inputs and options, and compares standard output and exit status, and what is left of the
files. The seed of the inputs is printed; --seed repeats a run.

  run.py [--bin FOLDER] [--seed N] [--rounds N] [NAME...]
"""
import argparse
import concurrent.futures
import difflib
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
PROGRAMS = TOP / "programs"
SOURCE = PROGRAMS / "coreutils"
# The digests, which make builds from other people's sources.
DIGESTS = pathlib.Path(os.environ.get("BUILD", TOP / "build")) / "third" / "digest" / "host.o"
WORDS = ["apple", "Banana", "cherry", "10", "9", "-3", "2.5", "0x1f", "a b", "", "  lead",
         "tab\tx", "apple", "zeta", "10K", "3M", "Jan", "Feb", "v1.10", "v1.9", "ünï", "x:y:z",
         "END", "apple pie"]
SHOWN = 40  # lines of a difference


def build(directory, names):
    flags = ["-std=gnu17", "-D_GNU_SOURCE", "-O1", "-g", "-fsanitize=address,undefined",
             "-fno-sanitize-recover=undefined", f"-I{PROGRAMS}"]
    objects = []

    def compile_one(source):
        target = directory / (source.stem + ".o")
        subprocess.run(["gcc", *flags, "-c", str(source), "-o", str(target)], check=True)
        return target

    def link_one(source):
        subprocess.run(["gcc", *flags, str(source), *map(str, objects), "-lm", "-o",
                        str(directory / source.stem)], check=True)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        objects = [DIGESTS, *pool.map(compile_one, sorted(
            [s for part in (".", "pager", "listing", "pages")
             for s in (PROGRAMS / "common" / part).glob("*.c")]))]
        list(pool.map(link_one, [s for s in sorted(SOURCE.glob("*.c"))
                                 if not names or s.stem in names]))
    return directory


def text(rng, lines):
    return "".join(rng.choice(WORDS) + rng.choice(["", " ", ":", "\t"]) + rng.choice(WORDS) + "\n"
                   for _ in range(lines))


def make_files(rng, directory):
    """The same tree for both sides: a few texts, a binary, directories and links."""
    for name in ("one", "two", "three.txt"):
        (directory / name).write_text(text(rng, rng.randrange(1, 30)))
    (directory / "empty").write_text("")
    (directory / "numbers").write_text("".join(f"{n}\n" for n in range(9_000)))
    (directory / "no-newline").write_text("last line\nis not ended")
    (directory / "blanks").write_text("".join(
        "".join(rng.choice(["a", " ", "  ", "   ", "\t", "word", "     "])
                for _ in range(12)) + "\n"
        for _ in range(12)))
    (directory / "binary").write_bytes(b"1\0a 1\n\0\0" +
                                       bytes(rng.randrange(256) for _ in range(300)))
    (directory / "sorted").write_text("".join(sorted(text(rng, 12).splitlines(True))))
    for name in ("left", "right"):  # sorted by their first field, for join
        (directory / name).write_text("".join(sorted(
            f"k{rng.randrange(20):02} {rng.choice('abc')} {rng.randrange(9)}\n"
            for _ in range(12))))
    (directory / "dir" / "deep" / "deeper").mkdir(parents=True)
    (directory / "dir" / "file").write_text("in dir\n")
    (directory / "dir" / "deep" / "x.c").write_text("int x;\n")
    (directory / "void").mkdir()
    (directory / "link").symlink_to("one")
    (directory / "dirlink").symlink_to("dir")
    (directory / "dangling").symlink_to("nowhere")
    (directory / "run.sh").write_text("#!/bin/sh\necho run\n")
    (directory / "run.sh").chmod(0o755)
    for number, path in enumerate(sorted(directory.rglob("*"))):
        when = 1_600_000_000 + number * 86_400
        os.utime(path, (when, when), follow_symlinks=False)
    for path in (directory, directory.parent):  # ls -la shows them, as . and ..
        os.utime(path, (1_600_000_000, 1_600_000_000))


def read_cases():
    """{utility: [arguments]} of cases.txt."""
    cases = {}
    for line in (HERE / "cases.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            tool, _, arguments = line.partition(" ")
            cases.setdefault(tool, []).append(arguments)
    return cases


# What these print depends on the moment or the place, or their messages are ours to word.
STATUS_ONLY = {("kill", "")}

# What some versions of the host's tools do in another way: from this version on, up to that one.
GNU_DIFFERS = {
    ("mv", "-n one two"): ((9, 2), (9, 5)),  # a file that is left alone was a failure
    ("du", "-sb dir"): ((9, 2), (99,)),  # a directory counts nothing for itself
    ("du", "-a --apparent-size --exclude='*.c' dir | sort"): ((9, 2), (99,)),
    ("du", "-a --apparent-size --exclude=deep dir | sort"): ((9, 2), (99,)),
    ("md5sum", r"one > 'a\b'; $TOOL 'a\b' > list; cat list; $TOOL -c list; $TOOL -z 'a\b'"):
        ((9, 2), (99,)),  # names are written with their escapes when they are checked, too
}


def snapshot(directory):
    """Names, kinds, modes and contents below a directory."""
    seen = {}
    for path in sorted(directory.rglob("*")):
        name = str(path.relative_to(directory))
        if path.is_symlink():
            seen[name] = ("link", os.readlink(path))
        elif path.is_dir():
            seen[name] = ("dir", oct(path.stat().st_mode))
        elif path.is_fifo():
            seen[name] = ("fifo", oct(path.stat().st_mode))
        else:
            seen[name] = ("file", oct(path.stat().st_mode), path.read_bytes())
    return seen


def run_side(program, arguments, seed, stdin, base):
    # Both sides run in a folder of the same name, so that absolute paths agree.
    with tempfile.TemporaryDirectory() as outer:
        directory = base / "here"
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        make_files(random.Random(seed), directory)
        locale = "C.UTF-8" if program.endswith(("wc", "rev")) else "C"
        env = {"PATH": os.environ["PATH"], "LC_ALL": locale, "TZ": "UTC0", "HOME": "/root",
               "TOOL": program, "PWD": str(directory), "TMPDIR": outer,
               "ASAN_OPTIONS": "detect_leaks=0"}
        done = subprocess.run(["sh", "-c", f"{program} {arguments}"],
                              input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              cwd=directory, env=env, timeout=200)
        left = snapshot(directory)
        directory.rename(base / "gone")
        shutil.rmtree(base / "gone", ignore_errors=True)
    return done.returncode, done.stdout, left, done.stderr


def difference(ours, theirs):
    """What GNU's output has (-) and ours has instead (+), shortened."""
    lines = [*difflib.unified_diff(*(text.decode(errors="replace").splitlines()
                                     for text in (theirs, ours)), "GNU", "ours", "", "", 1, "")]
    more = [f"... {len(lines) - SHOWN} lines more"] if len(lines) > SHOWN else []
    return "\n".join(lines[:SHOWN] + more) or f"GNU {theirs[-80:]!r}, ours {ours[-80:]!r}"


def compare(name, arguments, binary, peer, seed, base):
    rng = random.Random(seed)
    stdin = text(rng, 8).encode()
    ours = run_side(binary, arguments, seed, stdin, base)
    theirs = run_side(peer, arguments, seed, stdin, base)
    if b"Sanitizer" in ours[3]:
        return f"{name} {arguments}: sanitizer\n{ours[3].decode(errors='replace')}"
    if ours[:3] == theirs[:3]:
        return None
    what = []
    if ours[0] != theirs[0]:
        what.append(f"status {ours[0]}, GNU {theirs[0]}")
    if ours[1] != theirs[1]:
        what.append(f"output\n{difference(ours[1], theirs[1])}\n")
    if ours[2] != theirs[2]:
        names = [n for n in ours[2].keys() | theirs[2].keys() if ours[2].get(n) != theirs[2].get(n)]
        what.append("files left differ: " + ", ".join(sorted(names)))
    return f"{name} {arguments} (seed {seed}): " + "; ".join(what) + \
        f"\nstderr: {ours[3].decode(errors='replace')}GNU:    {theirs[3].decode(errors='replace')}"


def gnu_version(tool):
    """That of the host's tool, as numbers; (0,) where it is not of GNU's coreutils."""
    said = subprocess.run(["env", tool, "--version"], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL).stdout
    found = re.search(r"GNU coreutils\) ([0-9.]+)", said)
    return tuple(map(int, found[1].split("."))) if found else (0,)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    print(f"seed {args.seed}")
    count, failed = 0, []
    with tempfile.TemporaryDirectory() as name:
        base = pathlib.Path(name)
        binaries = args.bin.resolve() if args.bin else build(base, args.names)
        rng = random.Random(args.seed)
        for tool, cases in read_cases().items():
            if (args.names and tool not in args.names) or not (SOURCE / f"{tool}.c").exists():
                continue
            if not shutil.which(tool):
                continue
            # Through env, since sh has some of them built in.
            peer = "env " + tool
            gnu = gnu_version(tool)
            for _ in range(args.rounds):
                for case in cases:
                    seed = rng.randrange(1 << 30)
                    arguments = case.replace("{n}", str(rng.randrange(1, 9)))
                    since, until = GNU_DIFFERS.get((tool, case), ((99,), (99,)))
                    if since <= gnu < until:
                        print(f"not compared, other in GNU's {gnu}: {tool} {case}")
                        continue
                    count += 1
                    problem = compare(tool, arguments, str(binaries / tool), peer, seed, base)
                    if problem and (tool, case) not in STATUS_ONLY:
                        failed.append(f"{tool} {arguments} (seed {seed})")
                        print("FAIL", problem)
    for name in failed:
        print("failed:", name)
    print(f"coreutils: {count} tests, {len(failed)} failed")
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
