#!/usr/bin/env python3
"""Conformance tests of ion, on the host.

Builds ion with the host's C library under AddressSanitizer and UBSan (or takes the binary named by
--ion), then runs every NAME.ion beside this file and compares what it prints, stdout and stderr
together, with NAME.out; a status other than 0 is the last line of NAME.out as "[status N]".
examples.txt holds short scripts, each with the output it must give.

  run.py [--ion FILE] [--update] [NAME...]
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent / "programs" / "ion"


def build(directory):
    binary = directory / "ion"
    flags = ["-std=gnu17", "-O1", "-g", "-fsanitize=address,undefined",
             "-fno-sanitize-recover=undefined"]
    sources = sorted(str(p) for p in SOURCE.glob("*.c"))
    subprocess.run(["gcc", *flags, *sources, "-lm", "-o", str(binary)], check=True)
    return binary


def files(directory):
    """The files that scripts about globbing find in their current directory."""
    for name in ("a.txt", "b.txt", "c.md", ".hid"):
        (directory / name).touch()
    (directory / "sub").mkdir()
    (directory / "sub" / "d.txt").touch()


def run(ion, words):
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        files(directory)
        env = {"PATH": os.environ["PATH"], "HOME": "/root", "USER": "root",
               "ION": str(ion), "LC_ALL": "C"}
        done = subprocess.run([str(ion), *words], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=directory,
                              env=env, timeout=60)
    text = done.stdout.decode(errors="replace")
    if done.returncode:
        text += f"[status {done.returncode}]\n"
    return text


def examples():
    """(script, output) pairs of examples.txt: "<<<", script, "===", output, ">>>"."""
    script, output, part = [], [], None
    for line in (HERE / "examples.txt").read_text().splitlines():
        if line == "<<<":
            script, output = [], []
            part = script
        elif line == "===" and part is script:
            part = output
        elif line == ">>>":
            yield "\n".join(script), "".join(l + "\n" for l in output).replace("␛", "\x1b")
            part = None
        elif part is not None:
            part.append(line)


def report(name, want, got):
    print(f"FAIL {name}\n--- expected\n{want}--- got\n{got}---")
    return 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ion", type=pathlib.Path)
    parser.add_argument("--update", action="store_true", help="write the .out files anew")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    failed = count = 0
    with tempfile.TemporaryDirectory() as name:
        ion = args.ion.resolve() if args.ion else build(pathlib.Path(name))
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
        if not args.names:
            for script, want in examples():
                count += 1
                got = run(ion, ["-c", script])
                if got != want and got.removesuffix("\n") != want.removesuffix("\n"):
                    failed += report(repr(script), want, got)
    print(f"ion: {count} tests, {failed} failed")
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
