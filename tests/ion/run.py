#!/usr/bin/env python3
"""Conformance tests of ion, on the host.

Builds ion with the host's C library under AddressSanitizer and UBSan (or takes the binary named by
--ion), then runs
 - every NAME.ion beside this file, whose output must be NAME.out;
 - every test of spec/*.txt: "== SECTION what", a script, "--", the output it must give. SECTION is
   one of docs/ION.md; that each of them has a test is checked, too.
Output is stdout and stderr together; a status other than 0 is its last line, "[status N]". Numbers
of processes are shown as PID, measured times as TIME, the script's directory as DIR.

  run.py [--ion FILE] [--update] [--list] [--all] [NAME or SECTION...]
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True
import bad  # noqa: E402
import keys  # noqa: E402

TOP = HERE.parent.parent
SOURCE = TOP / "programs" / "ion"
FORMS = [(re.compile(r"(\[\d+\] )\d{2,}"), r"\1PID"),
         (re.compile(r"process \(\d+\)"), "process (PID)"),
         (re.compile(r"real    0\.\d{9}s"), "real    0.TIMEs"), (re.compile("\x1b"), "␛"),
         (re.compile("\x07"), "␇")]


def build(directory):
    """ion for the host; objects are made side by side."""
    flags = ["-std=gnu17", "-D_GNU_SOURCE=", "-O1", "-g", "-fsanitize=address,undefined",
             "-fno-sanitize-recover=undefined"]
    binary = directory / "ion"

    def compile_one(source):
        target = directory / f"{source.parent.name}-{source.stem}.o"
        subprocess.run(["gcc", *flags, "-c", str(source), "-o", str(target)],
                       check=True)
        return str(target)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(compile_one, sorted(SOURCE.rglob("*.c"))))
    subprocess.run(["gcc", *flags, *objects, "-lm", "-o", str(binary)], check=True)
    return binary


def files(directory):
    """The files that scripts about globbing find in their current directory."""
    for name in ("a.txt", "b.txt", "c.md", ".hid"):
        (directory / name).touch()
    (directory / "sub").mkdir()
    (directory / "sub" / "d.txt").touch()


def run(ion, words):
    with tempfile.TemporaryDirectory(prefix="ion-test-") as name:
        directory = pathlib.Path(name).resolve()
        files(directory)
        env = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/root", "USER": "root",
               "ION": str(ion), "LC_ALL": "C"}
        done = subprocess.run([str(ion), *words], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=directory,
                              env=env, timeout=60)
    return shown(done.stdout, directory.name, done.returncode)


def shown(output, directory, status):
    """What came of a script, in the form that the tests have."""
    text = output.decode(errors="replace")
    for form, replacement in FORMS:
        text = form.sub(replacement, text)
    text = text.replace(directory, "DIR")
    if status:
        text += f"[status {status}]\n"
    return text


class Example:
    """One test of spec/*.txt."""

    def __init__(self, section, title, script, want):
        self.section, self.title, self.script, self.want = section, title, script, want

    def passes(self, got):
        return got.removesuffix("\n") == self.want.removesuffix("\n")


def examples():
    for path in sorted((HERE / "spec").glob("*.txt")):
        for part in re.split(r"^== ", path.read_text(), flags=re.M)[1:]:
            title, rest = part.split("\n", 1)
            script, want = re.split(r"^--\n", rest, maxsplit=1, flags=re.M)
            want = want.rstrip("\n")
            yield Example(title.split()[0], title, script.removesuffix("\n"),
                          want + "\n" if want else "")


def sections():
    """The sections of docs/ION.md; of a chapter that has sections, only these."""
    text = (TOP / "docs" / "ION.md").read_text()
    numbers = re.findall(r"^#+ (\d+(?:\.\d+)?) ", text, flags=re.M)
    return [n for n in numbers if not any(other.startswith(n + ".") for other in numbers)]


def report(name, want, got):
    print(f"FAIL {name}\n--- expected\n{want}--- got\n{got}---")
    return 1


def run_scripts(ion, args):
    failed = count = 0
    for script in sorted(HERE.glob("*.ion")):
        if args.names and script.stem not in args.names:
            continue
        count += 1
        got = run(ion, [str(script)]).replace(str(script), script.name)
        expected = script.with_suffix(".out")
        if args.update:
            expected.write_text(got)
        want = expected.read_text()
        if got != want:
            failed += report(script.name, want, got)
    return count, failed


def run_examples(ion, args):
    wanted = [e for e in examples()
              if not args.names or any(e.section == n or e.section.startswith(n + ".")
                                       for n in args.names)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda e: run(ion, ["-c", e.script]), wanted)
        failed = sum(report(f"{e.title}\n{e.script}", e.want, got)
                     for e, got in zip(wanted, results) if not e.passes(got))
    return len(wanted), failed


def uncovered():
    covered = {e.section for e in examples()}
    missing = [s for s in sections() if s not in covered]
    for section in missing:
        print(f"FAIL section {section} of docs/ION.md has no test")
    return len(missing)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ion", type=pathlib.Path)
    parser.add_argument("--update", action="store_true", help="write the .out files anew")
    parser.add_argument("--list", action="store_true", help="the tests by section")
    parser.add_argument("--all", action="store_true", help="the tests of keys.py and bad.py, too")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    if args.list:
        for e in examples():
            print(e.title)
        return 0
    with tempfile.TemporaryDirectory() as name:
        ion = args.ion.resolve() if args.ion else build(pathlib.Path(name))
        count, failed = run_scripts(ion, args)
        more, more_failed = run_examples(ion, args)
        failed += more_failed
        if args.all:
            (pathlib.Path(name) / "bad").mkdir()
            failed += keys.run_on_host(ion, pathlib.Path(name), [])
            failed += bad.run_on_host(ion, pathlib.Path(name) / "bad")
    if not args.names:
        failed += uncovered()
    print(f"ion: {count + more} tests, {failed} failed")
    return 1 if failed or not count + more else 0


if __name__ == "__main__":
    sys.exit(main())
