"""The core utilities on 100 MB in the root file system (ramfs), beside the host's GNU tools on a
memory file system: the median of a few runs each, started by the same kind of shell line."""

import os
import random
import subprocess
import tempfile
import time

SIZE = 100 << 20
# Name, command on {f}, and how often the host's time is allowed.
COMMANDS = [
    ("sha256sum", "sha256sum {f}", 1.5),
    ("wc", "wc {f}", 1.5),
    ("grep", "grep -c 'word1[0-9]7 ' {f}", 1.5),
    ("sort_pipeline", "cat {f} | sort | uniq -c | sort -n | tail", 2.0),
]
MARK = "utilities-bench"


def make_file(path):
    """Lines of words that repeat, so that uniq has something to count; always the same."""
    rng = random.Random(1)
    lines = [" ".join(f"word{rng.randrange(2000)}" for _ in range(rng.randrange(1, 8))) + "\n"
             for _ in range(50000)]
    with open(path, "w", encoding="ascii") as f:
        left = SIZE
        while left > 0:
            block = "".join(rng.choices(lines, k=20000))
            f.write(block)
            left -= len(block)


def on_host(command, path):
    start = time.monotonic()
    # to a pipe: grep ends at the first match when it finds itself writing to /dev/null
    subprocess.run(["sh", "-c", command.format(f=path)], check=True, stdout=subprocess.PIPE,
                   env={"PATH": os.environ["PATH"], "LC_ALL": "C"})
    return time.monotonic() - start


def in_system(umk, path, rounds):
    """{name: [seconds]}: one system, in which the file comes in by standard input."""
    script = ["cat > /tmp/big"]
    for name, command, _ in COMMANDS:
        for _ in range(rounds):
            script += [f"echo {MARK} {name} $(date +%s.%N)", command.format(f="/tmp/big")]
    script.append(f"echo {MARK} end $(date +%s.%N)")
    with open(path, "rb") as big:
        done = subprocess.run(umk.command("ion", "-c", "\n".join(script),
                                          options=["--initfs", umk.initfs, "--mem", "2G"]),
                              stdin=big, capture_output=True, timeout=200, check=True)
    times, before = {}, None
    for line in done.stdout.decode().splitlines():
        if line.startswith(MARK):
            _, name, when = line.split()
            if before:
                times.setdefault(before[0], []).append(float(when) - before[1])
            before = (name, float(when))
    return times


def measure(report, umk, _args):
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as d:
        path = os.path.join(d, "big")
        make_file(path)
        try:
            ours = in_system(umk, path, 2)
        except (OSError, subprocess.SubprocessError) as e:
            for name, _, _ in COMMANDS:
                report.skip(f"{name}_100mb", str(e)[:200])
            return
        for name, command, limit in COMMANDS:
            theirs = min(on_host(command, path) for _ in range(2))
            mine = min(ours[name])
            report.figure(f"{name}_100mb", mine, "s")
            report.figure(f"{name}_100mb_gnu", theirs, "s")
            report.check_ratio(f"{name}_over_gnu", f"{name}_100mb", f"{name}_100mb_gnu",
                               "<=", limit)
