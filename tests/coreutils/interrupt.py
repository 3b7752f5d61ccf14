"""^C swept over the life of utilities that change files: no crash, no source lost, nothing left
that was not asked for. bad.py runs it."""
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time

POINTS = 5
MANY = 40


def tree(folder, rng):
    """A tree, and a file, to be copied; the contents of both by name."""
    (folder / "src" / "sub").mkdir(parents=True)
    for n in range(MANY):
        (folder / "src" / ("sub" if n % 2 else ".") / f"f{n}").write_bytes(
            rng.randbytes(rng.randrange(1, 200_000)))
    (folder / "big").write_bytes(rng.randbytes(8_000_000))
    return contents(folder)


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def is_piece(part, whole):
    return whole.startswith(part)


def copied(before, after, other):
    """cp -r src copy: the source is as it was, the copy has pieces of it."""
    return all(after.get(n) == b for n, b in before.items()) and all(
        is_piece(b, before["src" + n[4:]]) for n, b in after.items() if n.startswith("copy/"))


def moved(before, after, other):
    """mv src OTHER: each file is whole here or there."""
    return all(after.get(n) == b or other.get(n) == b for n, b in before.items())


def one_target(name):
    def check(before, after, other):
        return all(after.get(n) == b for n, b in before.items()) and \
            after.keys() - before.keys() <= {name} and is_piece(after.get(name, b""), before["big"])
    return check


def pieces(before, after, other):
    """split: pieces from the first one on, and nothing else."""
    names = sorted(after.keys() - before.keys())
    joined = b"".join(after[n] for n in names)
    return all(after.get(n) == b for n, b in before.items()) and \
        all(n.startswith("xa") or n.startswith("xb") for n in names) and \
        is_piece(joined, before["big"])


def in_place(before, after, other):
    """sort -o big big: the old file or the sorted one, and no temporary."""
    return after.keys() == before.keys() and (
        after["big"] == before["big"] or sorted(after["big"]) == sorted(before["big"] + b"\n"))


SWEPT = {
    "cp -r src copy": copied, "cp big new": one_target("new"), "mv src OTHER": moved,
    "split -b 200K big": pieces, "sort -S 500K -o big big": in_place,
    "tee new < big": one_target("new"), "install big new": one_target("new"),
    "dd if=big of=new bs=4K": one_target("new"), "head -c 7M big > new": one_target("new"),
}


def sweep(bed, command, rng, shared):
    check = SWEPT[command]
    whole = None
    # The first run goes to its end and tells how long that takes.
    for point in range(POINTS * (5 if os.environ.get("SOAK") else 1) + 1):
        folder = bed.folder()
        for path in list(folder.iterdir()):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        before = tree(folder, random.Random(bed.seed))
        with tempfile.TemporaryDirectory(dir=shared) as other:
            began = time.monotonic()
            p = bed.start(command.replace("OTHER", other), folder, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE)
            if whole is not None:
                time.sleep(rng.random() * whole)
                os.killpg(p.pid, signal.SIGINT)
            status, _, err = bed.finish(command, p)
            whole = whole or time.monotonic() - began
            after, there = contents(folder), contents(pathlib.Path(other))
        if status not in (0, -signal.SIGINT) or (point == 0 and status != 0):
            bed.fail(command, f"status {status} {err[:200]}")
        if not check(before, after, there):
            bed.fail(command, f"point {point}: {len(after)} files, {len(there)} in the other place")


def run(bed):
    rng = random.Random(bed.seed)
    # mv copies only to another file system.
    shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    for command in SWEPT:
        if bed.there(command):
            sweep(bed, command, rng, shared)
