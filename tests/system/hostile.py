#!/usr/bin/env python3
# metal: no, its programs attack what the host shows to programs
"""Hostile programs and a hostile server, in systems of their own: only they may suffer.

ways: no, its threads that never begin would have turns, and take the time of those that do
timeout: 150
"""
import os
import re
import subprocess
import sys

UMK, INITFS = os.environ.get("UMK", "build/umk"), os.environ.get("INITFS", "build/initfs-test.cpio")
SOAK = bool(os.environ.get("SOAK"))
SEEDS = range(1, 200 if SOAK else 6)
TESTS = "/scheme/initfs/tests/"
SIGSYS = 31
LITTLE = 36  # MiB beside the boot archive: the servers take some 22
ANY = r"exit \d+|signal \d+|killed"
# What the filter answers with an error instead of death.
REFUSED = {"clone3", "clone_ungranted_fork", "clone_ungranted_thread"}
# Linux kills at once what enters by another architecture's door.
OTHER_DOORS = {"x32_getpid", "int80_getpid"}

failures = []


def fail(text):
    failures.append(text)
    print("FAIL", text, flush=True)


def system(command, options=(), seconds=60):
    """Runs a command in a fresh system: (status, stdout, stderr); status None when it hangs."""
    argv = [UMK, "run", "--initfs", INITFS, *options, "--", *command]
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="replace") as p:
        try:
            out, err = p.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            p.kill()
            out, err = p.communicate()
            return None, out, err
    return p.returncode, out, err


def run_cases(title, cases, options=(), seconds=60):
    """cases: {case of hostile_run: regular expression of its end}. Returns the log."""
    status, out, err = system([TESTS + "hostile_run", *cases], options, seconds)
    before = len(failures)
    ends = dict(re.findall(r"^case (.*?): (.*)$", out, re.M))
    for case, expected in cases.items():
        text = case.partition(" ")[2] if case.startswith("=") else case
        if not re.fullmatch(expected, ends.get(text, "")):
            fail(f"{title}: {text}: {ends.get(text, 'did not run')}, expected {expected}")
    for line in out.splitlines():
        if line.startswith(("SICK", "ALLOWED")):
            fail(f"{title}: {line}")
    if status != 0:
        fail(f"{title}: " + ("the system hung" if status is None else f"status {status}"))
    if len(failures) > before:
        print(f"--- {title}: stdout\n{out[-3000:]}\n--- log\n{err[-6000:]}", flush=True)
    return err


def calls():
    cases = {"=20000 hostile_calls sweep": "exit 0"}
    for seed in SEEDS:
        cases[f"=10000 hostile_calls random {seed} 3000"] = "exit 0"
    for which in range(9):
        cases[f"hostile_calls end {which}"] = ANY
    run_cases("calls", cases)


def shared_memory():
    run_cases("shared memory",
              {f"=2500 hostile_shared {seed} 20000": ANY for seed in SEEDS})


def host_interface():
    modes = {mode: ANY for mode in ("fill", "storm", "map", "remap", "unmap", "deaf", "hang_up")}
    modes["drain"] = f"signal {SIGSYS}"
    modes["mask"] = "killed"
    run_cases("host interface", {f"=1500 hostile_host {m}": end for m, end in modes.items()})
    log = run_cases("forks", {f"=20000 hostile_host {m}": "exit 0"
                              for m in ("mute_sleep", "mute_spin")}, ["--verbose"])
    if len(re.findall(r"cloned, but never checked in", log)) != 2:
        fail(f"forks: not two clones killed:\n{log}")


def forbidden_calls():
    status, out, _err = system([TESTS + "hostile_syscall"])
    names = out.split()
    if status != 0 or len(names) < 50:
        fail(f"forbidden calls: no list of them (status {status})")
        return
    cases = {}
    for name in names:
        end = "exit 3" if name in REFUSED else f"signal {SIGSYS}"
        if name in OTHER_DOORS:
            end += "|signal 9|signal 11"
        cases[f"hostile_syscall {name}"] = end
    log = run_cases("forbidden calls", cases)
    reports = re.findall(r"hostile_syscall.*", log)
    for name, number in (("socket", 41), ("ptrace", 101), ("memfd_create", 319)):
        if not any(re.search(rf"\b({name}|{number})\b", line) for line in reports):
            fail(f"forbidden calls: the log does not name {name}: {log[-2000:]}")


def exhaustion():
    modes = {m: "exit 0"
             for m in ("memory", "descriptors", "pipes", "queues", "threads", "forks",
                       "children")}
    modes["touched"] = "exit 0|signal 9|signal 11"
    run_cases("exhaustion",
              {f"=10000 hostile_exhaust {m}": end for m, end in modes.items()},
              ["--mem", f"{(os.path.getsize(INITFS) >> 20) + LITTLE}M"])


def server():
    status, out, err = system([TESTS + "hostile_client"])
    if status != 0 or "WRONG" in out:
        fail("server: " + ("the system hung" if status is None else f"status {status}"))
        print(f"--- server: stdout\n{out}\n--- log\n{err[-4000:]}", flush=True)


def main():
    if not os.access(UMK, os.X_OK) or not os.access(INITFS, os.R_OK):
        print("umk is not built")
        return 77
    parts = (calls, shared_memory, host_interface, forbidden_calls, exhaustion, server)
    wanted = sys.argv[1:]
    for part in parts:
        if not wanted or part.__name__ in wanted:
            part()
    return 1 if failures else 0


sys.exit(main())
