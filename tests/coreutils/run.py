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
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent / "programs" / "coreutils"
WORDS = ["apple", "Banana", "cherry", "10", "9", "-3", "2.5", "0x1f", "a b", "", "  lead", "tab\tx",
         "apple", "zeta", "10K", "3M", "Jan", "Feb", "v1.10", "v1.9", "ünï", "x:y:z", "END", "apple pie"]


def build(directory):
    flags = ["-std=gnu17", "-O1", "-g", "-fsanitize=address,undefined",
             "-fno-sanitize-recover=undefined"]
    objects = []

    def compile_one(source):
        target = directory / (source.stem + ".o")
        subprocess.run(["gcc", *flags, "-c", str(source), "-o", str(target)], check=True)
        return target

    def link_one(source):
        subprocess.run(["gcc", *flags, str(source), *map(str, objects), "-lm", "-o",
                        str(directory / source.stem)], check=True)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        objects = list(pool.map(compile_one, sorted((SOURCE / "common").glob("*.c"))))
        list(pool.map(link_one, sorted(SOURCE.glob("*.c"))))
    return directory


def text(rng, lines):
    return "".join(rng.choice(WORDS) + rng.choice(["", " ", ":", "\t"]) + rng.choice(WORDS) + "\n"
                   for _ in range(lines))


def make_files(rng, directory):
    """The same tree for both sides: a few texts, a binary, directories and links."""
    for name in ("one", "two", "three.txt"):
        (directory / name).write_text(text(rng, rng.randrange(1, 30)))
    (directory / "empty").write_text("")
    (directory / "no-newline").write_text("last line\nis not ended")
    (directory / "binary").write_bytes(bytes(rng.randrange(256) for _ in range(300)))
    (directory / "sorted").write_text("".join(sorted(text(rng, 12).splitlines(True))))
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


# NAME: command lines, of which some are chosen each round. {n} is a small random number.
CASES = {
    "ls": ["", "-a", "-A", "-l", "-la", "-1", "-R", "-F", "-p", "-r", "-t", "-S", "-X", "-v", "-d .",
           "-m", "-C", "-x", "-ln", "-lo", "-lg", "-lh", "-s", "-lL", "nosuch one",
           "dir one", "-lrt", "--group-directories-first", "-U1 void", "-laR dir", "-CF"],
    "cat": ["one two", "-n one", "-b one", "-A binary", "-s one", "-E no-newline two", "-v binary",
            "nosuch one", "-T two", "-", "empty", "-et one"],
    "echo": ["a b", "-n a", "-e 'a\\tb\\n\\x41\\101'", "-E 'a\\t'", "-e 'x\\cy'", "--help x", "-ne 'q\\0101'"],
    "cp": ["one new", "one two dir", "-r dir copy", "-r dir void", "dir x", "one nosuch/x", "-p one new",
           "-a dir copy", "link new", "-P link new", "-n one two", "-rL dirlink copy", "-t void one two",
           "-l one hard", "-s one soft", "-u one two", "-v one new", "one one", "-T one void",
           "--parents dir/file void", "-f one two", "dangling x"],
    "mv": ["one new", "one two void", "dir void", "one two", "nosuch x", "-n one two", "dir one",
           "-v one new", "-t void one", "link new", "one void/new", "void dir/deep"],
    "rm": ["one", "one nosuch", "-f nosuch", "dir", "-r dir", "-rf dir nosuch", "-d void", "-v one",
           "-rv dir | sort", "link", "-r .", "dangling", "-d dir"],
    "mkdir": ["a", "-p a/b/c", "a/b", "one", "-p dir", "-v a b", "-m 700 a", "-pv a/b", "-m u=rwx,go= x"],
    "rmdir": ["void", "dir", "nosuch", "-p dir/deep/deeper", "-v void", "one"],
    "ln": ["one hard", "-s one soft", "one two", "-f one two", "-s x dir", "nosuch x", "-sf one link",
           "-sfn dir dirlink", "dir x", "-sv one new", "-t void one two"],
    "touch": ["new", "-c new", "-d 2020-01-02 one", "-t 202001020304.05 one", "-r two one",
              "nosuch/x", "-d @1000000 new", "-a -d @5 one", "-m -d @5 one"],
    "head": ["one", "-n{n} one", "-c{n} one", "-n -{n} one", "-c -{n} one", "one two", "-q one two",
             "-v one", "-{n} one", "nosuch one", "-n 0 one", "no-newline", "-"],
    "tail": ["one", "-n{n} one", "-c{n} one", "-n +{n} one", "-c +{n} one", "one two", "-q one two",
             "-v one", "-{n} one", "nosuch one", "-n 0 one", "-n1 no-newline", "-", "-n +0 one"],
    "wc": ["one", "-l one", "-w one", "-c one two", "-m one", "-L one", "one two empty", "nosuch one",
           "-lw one", "", "binary", "-c"],
    "sort": ["one", "-r one", "-n one", "-u one", "-f one", "-k2 one", "-k2,2 -k1,1r one", "-t: -k2 one",
             "-h one", "-V one", "-M one", "-b -k2 one", "-s -k1,1 one", "-c sorted", "-c one",
             "one two", "-nr one", "-d one", "-uf one", "-k1.2,1.3 one", "-t: -k1n one", "-o new one",
             "-g one", "nosuch", "-z one", "-rn -u one"],
    "uniq": ["one", "-c sorted", "-d sorted", "-u sorted", "-i sorted", "-f1 sorted", "-s2 sorted",
             "-w3 sorted", "-D sorted", "-cd sorted", "sorted new", "nosuch"],
    "cut": ["-c1-3 one", "-b2- one", "-f1 one", "-d: -f2 one", "-d: -f1,3 one", "-d: -s -f1 one",
            "-c{n} one", "--complement -c2 one", "-d: -f1- --output-delimiter=- one", "-f0 one", "one",
            "-c-2,4- one", "-d ' ' -f2 one"],
    "tr": ["a-z A-Z", "-d a-c", "-s a-z", "-cd 'a-z\\n'", "[:lower:] [:upper:]", "-cs A-Za-z '\\n'",
           "abc x", "a-c '[x*]'", "-d '[:digit:]'", "-s ' '", "'\\t' ' '", "z-a x", "-t abc x", "a"],
    "grep": ["a one", "-n a one", "-c a one two", "-i APPLE one", "-v a one", "-l a one two empty",
             "-L a one empty", "-o '[0-9]*' one", "-E 'a|b' one", "-F . one", "-w apple one",
             "-x apple one", "-A1 cherry one", "-B1 zeta one", "-C1 10 one", "-q a one", "zzz one",
             "-r in dir | sort", "-e a -e b one", "-m2 a one", "-h a one two", "-H a one", "a nosuch one",
             "-s a nosuch", "'^$' one", "-nv '' one", "-E '(a)\\1|e{2}' one", "-c '' empty", "-ri INT dir | sort"],
    "seq": ["{n}", "1 {n}", "1 2 {n}", "{n} -1 1", "0.5 2", "1 .25 2", "-w 8 11", "-s, {n}", "-f %03g 3",
            "5 1", "-5 -1", "-w -2 2", "1 0 2", "x", "", "1e2 101"],
    "expr": ["1 + 2 '*' 3", "7 / 2", "7 % 3", "a = a", "a '<' b", "10 '<' 9", "abc : 'a.'", "abc : 'a\\(.\\)'",
             "0 '|' 5", "3 '&' 0", "length hello", "substr hello 2 3", "index hello l", "'(' 1 + 2 ')' '*' 3",
             "1 / 0", "a + 1", "", "1 +", "'' '|' ''", "abc : x", "-5 + 3", "1 2", "match abc 'b'"],
    "hexdump": ["one", "-C binary", "-n 20 -C one", "-s 5 -C one", "empty", "-v binary"],
    "test": ["1 -lt 2", "-d dir", "! -f dir", "a = b -o c = c", "-n ''", "-z ''", "one -nt two",
             "-L link", "", "x", "-e nosuch", "1 -eq x", "-s empty", "a != b -a -r one",
             "'(' a = a ')'", "-x run.sh", "one -ef link", "-5 -lt 3"],
    "printf": ["'%5d|%-5s|%x\\n' 5 ab 255", "'%b\\n' 'a\\tb'", "'%s\\n' a b c", "'%d\\n' x", "'%%'", "a",
               "'%c%c\\n' xyz q", "'%08.3f\\n' 3.14159", "'%*d\\n' 6 7", "'%o %u %X\\n' 8 9 255",
               "'%e\\n' 12345.678", "'\\101\\x42\\n'", "'%s %s\\n' a", "'%d\\n' \"'A\"", "'%i\\n' 0x10"],
    "basename": ["/a/b.c .c", "/a/b/", "-a /x/y z/w", "-s .c a.c b.c", "/", "''", "a", "b.c b.c", ""],
    "dirname": ["/a/b", "a", "/", "a/b/", "//a", "a//b", "x/y z", "''", ""],
    "realpath": ["one", "link", "dir/../dir/deep", "nosuch", "nosuch/x", "-e nosuch", "-m nosuch/x/..",
                 "-s dirlink/file", "--relative-to=dir one dir/deep"],
    "readlink": ["link", "one", "-f dirlink/file", "-e dangling", "-m a/b", "-n link", "link dirlink"],
    "chmod": ["600 one", "u+x,g=r one", "-x run.sh", "-R go-rwx dir", "a=rX dir", "+t dir", "9 one",
              "-v 644 one", "-c 600 one", "u=g two", "g+s dir", "=r one", "nosuch", "644 nosuch"],
    "du": ["-b one", "-sb dir", "--apparent-size one", "-bc one two", "nosuch"],
    "cmp": ["-l one two", "one one", "-s one two", "-l one one", "one nosuch", "empty one", "-sn 3 one two",
            "-i 2 one one", "-b one one"],
    "nl": ["one", "-ba one", "-w3 -nrz one", "-v5 -i2 one", "-s: one", "-nln -ba one", "-bn one"],
    "rev": ["one", "no-newline"],
    "fold": ["-w{n} one", "-sw 10 one", "-b -w 5 two", "-w 0 one"],
    "tee": ["new", "-a one", "a b", "nosuch/x"],
    "stat": ["-c '%a %n %s %F %h %U' one dir link", "-c %N link", "-L -c %F link", "nosuch", "-c %%x one",
             "--printf '%s\\n' one"],
    "date": ["-u -d @86400", "-u -d @0 +%F_%T", "-u -Iseconds -d @100000000", "-R -u -d @5",
             "-u -d '2020-02-29 12:34:56' +%s", "-u -r one", "+%%", "-u -d @1e +%s"],
    "env": ["-i A=1 B=2", "-i A=1 sh -c 'echo $A'", "-u HOME sh -c 'echo $HOME'", "nosuch_", "-i", "-i -0 A=b",
            "-C dir pwd"],
    "xargs": ["", "-n2", "-n1 echo x", "-I{} echo '<{}>'", "-L1", "-0", "-d: echo", "-r false", "false",
              "sh -c 'exit 255'", "nosuch_", "-t echo"],
    "find": ["dir | sort", "dir -type f | sort", "dir -name '*.c'", "dir -maxdepth 1 -type d | sort",
             ". -size +0 -name one", "dir -exec echo x {} ';' | sort", "dir -empty", "dir ! -type d | sort",
             "dir -path '*/deep/*' | sort", "one -perm 644", "dir -name x -o -type f | sort", "nosuch",
             "dir -depth -type d", "dir -delete", "dir -prune", ". -iname ONE", "dir/deep/deeper -exec echo {} +",
             "one -newer two", "dir -mindepth 2 -type f | sort", "-foo", "dirlink", "-L dirlink | sort",
             "dir -false , -name file"],
    "pwd": ["", "-P", "-L"],
    "true": ["", "x"],
    "false": [""],
    "sleep": ["0", "0.01", "x", "", "0 0"],
    "kill": ["-l 15", "-l TERM", "-s NOSUCH 1", "-0 x", ""],
    "timeout": ["5 true", "5 false", "1 sh -c 'exit 9'", "x true", "5 nosuch_"],
    "which": [],
    "mktemp": ["nosuch/xXXXXX", "aXX"],
    "whoami": [""],
    "id": ["", "-u", "-un", "-g", "-G", "-Gn", "nosuch_user_", "root", "-n"],
    "nproc": ["--all", "--ignore=1000"],
    "sync": ["one", "nosuch"],
    "md5sum": ["one two", "-", "nosuch", "empty"],
    "sha1sum": ["one two", "binary"],
    "sha256sum": ["one two", "-", "nosuch", "--tag one", "-z one"],
    "sha512sum": ["one empty"],
    "cksum": ["one two", "", "nosuch"],
    "sum": ["one", "-s one two", ""],
    "od": ["one", "-c binary", "-x binary", "-An -tx1 binary", "-tx4 binary", "-d binary", "-j3 -N9 one",
           "-Ad -to1 binary", "-b one", "-tc -tx1 two", "-v -w8 binary", "empty"],
}
# What these print depends on the moment or the place, or their messages are ours to word.
STATUS_ONLY = {("kill", "")}


def snapshot(directory):
    """Names, kinds, modes and contents below a directory."""
    seen = {}
    for path in sorted(directory.rglob("*")):
        name = str(path.relative_to(directory))
        if path.is_symlink():
            seen[name] = ("link", os.readlink(path))
        elif path.is_dir():
            seen[name] = ("dir", oct(path.stat().st_mode))
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
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8" if program.endswith(("wc", "rev")) else "C",
               "TZ": "UTC0", "HOME": "/root",
               "PWD": str(directory), "ASAN_OPTIONS": "detect_leaks=0", "TMPDIR": outer}
        done = subprocess.run(["sh", "-c", f"{program} {arguments}"],
                              input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              cwd=directory, env=env, timeout=30)
        left = snapshot(directory)
        directory.rename(base / "gone")
        shutil.rmtree(base / "gone", ignore_errors=True)
    return done.returncode, done.stdout, left, done.stderr


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
        what.append(f"output\n--- ours\n{ours[1].decode(errors='replace')}"
                    f"--- GNU\n{theirs[1].decode(errors='replace')}---")
    if ours[2] != theirs[2]:
        names = [n for n in ours[2].keys() | theirs[2].keys() if ours[2].get(n) != theirs[2].get(n)]
        what.append("files left differ: " + ", ".join(sorted(names)))
    return f"{name} {arguments} (seed {seed}): " + "; ".join(what) + \
        f"\nstderr: {ours[3].decode(errors='replace')}GNU:    {theirs[3].decode(errors='replace')}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    print(f"seed {args.seed}")
    count = failed = 0
    with tempfile.TemporaryDirectory() as name:
        base = pathlib.Path(name)
        binaries = args.bin.resolve() if args.bin else build(base)
        rng = random.Random(args.seed)
        for tool, cases in CASES.items():
            if (args.names and tool not in args.names) or not (SOURCE / f"{tool}.c").exists():
                continue
            if not shutil.which(tool):
                continue
            # Through env, since sh has some of them built in.
            peer = "env " + tool
            for _ in range(args.rounds):
                for case in cases:
                    seed = rng.randrange(1 << 30)
                    arguments = case.replace("{n}", str(rng.randrange(1, 9)))
                    count += 1
                    problem = compare(tool, arguments, str(binaries / tool), peer, seed, base)
                    if problem and (tool, case) not in STATUS_ONLY:
                        failed += 1
                        print("FAIL", problem)
    print(f"coreutils: {count} tests, {failed} failed")
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
