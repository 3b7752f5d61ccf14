#!/usr/bin/env python3
"""Speed and size of the kernel on bare hardware; see docs/METAL.md, "Figures".

    bench/metal.py [--profile KIND]

QEMU executes one instruction at a time and writes down the address of each while bench/guest/steps
does its operations, so that instructions are counted one by one and it is known whose they are.
"""
import argparse
import bisect
import collections
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

from report import Report  # noqa: E402

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(os.path.join(TOP, "tests", "system"))

from umk import Terminal  # noqa: E402

QEMU_RUN = os.path.join(TOP, "scripts", "qemu-run")
BUILD = os.path.join(TOP, "build")
KERNEL = os.path.join(BUILD, "metal", "umk.elf")
STEPS = os.path.join(BUILD, "user", "bench", "steps")
KERNEL_HALF = 1 << 47
MARK = 8  # one-byte instructions, and the return
ADDRESS = re.compile(rb"/([0-9a-f]{16})/")
BOOT_SECONDS = 60


class Failed(Exception):
    """The machine did not do what it should."""


def symbols(path):
    out = subprocess.run(["nm", path], stdout=subprocess.PIPE, check=True).stdout.decode()
    found = [line.split() for line in out.splitlines()]
    return sorted((int(f[0], 16), f[2]) for f in found if len(f) == 3 and f[1] in "tT")


class Monitor:
    """QEMU's, on a socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + BOOT_SECONDS
        while True:
            try:
                self.socket.connect(path)
                break
            except OSError:
                if time.monotonic() > end:
                    raise Failed("QEMU's monitor does not answer") from None
                time.sleep(0.05)
        self.answer()

    def answer(self):
        text = b""
        while not text.endswith(b"(qemu) "):
            more = self.socket.recv(4096)
            if not more:
                raise Failed("QEMU has ended")
            text += more

    def do(self, *commands):
        for command in commands:
            self.socket.sendall(command.encode() + b"\n")
            self.answer()


def trace(kinds):
    """The addresses that were executed during the steps of each kind."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "monitor")
        machine = subprocess.Popen(
            [QEMU_RUN, "--timeout", "300", "--cpus", "1", "--kernel", KERNEL,
             "--initfs", os.path.join(BUILD, "initfs-test.cpio"),
             "--qemu", "-icount shift=0,sleep=off",
             "--qemu", f"-monitor unix:{path},server=on,wait=off",
             "--", "/scheme/initfs/bench/steps", *kinds],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            yield from steps(machine, Monitor(path), kinds, folder)
        finally:
            machine.kill()
            machine.wait()


def steps(machine, monitor, kinds, folder):
    line = machine.stdout.readline()
    for kind in kinds:
        if line != b"ready\n":
            raise Failed(f"steps {kind} is not ready, but says {line}")
        log = os.path.join(folder, kind)
        monitor.do(f"logfile {log}", "singlestep on", "log exec,nochain")
        machine.stdin.write(b"\n")
        machine.stdin.flush()
        line = machine.stdout.readline()
        monitor.do("log none", "singlestep off")
        with open(log, "rb") as f:
            yield kind, [int(a, 16) for a in ADDRESS.findall(f.read())]
    if line != b"done\n" or machine.wait(30) != 0:
        raise Failed(f"steps did not end well, but with {line}")


def operations(addresses, mark):
    """What was executed between one mark and the next, for each of them."""
    run = list(range(mark, mark + MARK + 1))
    marks = [i for i, a in enumerate(addresses) if a == mark and addresses[i:i + MARK + 1] == run]
    return [addresses[a + MARK + 1:b] for a, b in zip(marks, marks[1:])]


def counts(ops):
    """Instructions of the middle one among the operations: all, and the kernel's."""
    both = [(len(op), sum(a >= KERNEL_HALF for a in op)) for op in ops]
    return sorted(both)[len(both) // 2]


def switches():
    """Where the kernel loads another address space."""
    out = subprocess.run(["objdump", "-d", "--no-show-raw-insn", KERNEL], stdout=subprocess.PIPE,
                         check=True).stdout.decode()
    return {int(a, 16) for a in re.findall(r"^([0-9a-f]+):\s+mov\s+%r\w+,%cr3", out, re.M)}


def profile(ops, server):
    """Functions by instructions in the middle operation: the kernel's, and those of the program and
    its server, which are expected to take turns."""
    tables = [symbols(p) for p in (KERNEL, STEPS, os.path.join(BUILD, "user", "bin", server))]
    loads = switches()
    spent = collections.Counter()
    in_server = False
    for a in sorted(ops, key=len)[len(ops) // 2]:
        in_server ^= a in loads
        which = 0 if a >= KERNEL_HALF else 2 if in_server else 1
        at = bisect.bisect_right(tables[which], (a, "~")) - 1
        spent[("kernel", "program", "server")[which], tables[which][at][1]] += 1
    for (where, name), n in spent.most_common():
        print(f"{n:6} {where:8} {name}")


def start_ticks():
    """From the kernel's first instruction to the first program's: with -icount a tick is one."""
    done = subprocess.run(
        [QEMU_RUN, "--verbose", "--timeout", "60", "--cpus", "1", "--kernel", KERNEL,
         "--qemu", "-icount shift=0,sleep=off", "--",
         "true"], stdin=subprocess.DEVNULL, capture_output=True)
    said = re.search(rb"first program starts (\d+) clock ticks", done.stderr)
    if done.returncode != 0 or not said:
        raise Failed(f"the machine does not start: {done}")
    return int(said[1])


def prompt_seconds():
    """From QEMU's start to the shell's prompt on the serial line; the best of three."""
    times = []
    for _ in range(3):
        start = time.monotonic()
        with Terminal([QEMU_RUN]) as terminal:
            terminal.prompt(BOOT_SECONDS)
            times.append(time.monotonic() - start)
    return min(times)


def text_bytes():
    """Code of the kernel, as it lies in memory."""
    out = subprocess.run(["size", "-A", KERNEL], stdout=subprocess.PIPE, check=True).stdout.decode()
    return int(re.search(r"^\.text\s+(\d+)", out, re.M)[1])


def core_lines():
    """Lines of the core with something on them that is no comment."""
    total = 0
    for folder, _, files in os.walk(os.path.join(TOP, "umk", "core")):
        for name in files:
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                code = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
            total += sum(bool(line.strip()) for line in code.splitlines())
    return total


KERNEL_CALLS_A_READ = 2  # ring the server and wait; wake the client and wait


def check_reads(ops, kernel):
    """That reads went over a channel: no call through a portal, and no more kernel entries than
    two threads need that sleep in turns."""
    entry, portals = kernel["syscall_entry"], kernel["core_poll"]
    used = [sum(a == entry for a in op) for op in ops]
    if statistics.median(used) != KERNEL_CALLS_A_READ or any(portals in op for op in ops):
        raise Failed(f"a read takes {used} system calls")


def counted():
    """Figures that are the same in every run. Name: value, unit, limit."""
    mark = {name: a for a, name in symbols(STEPS)}["mark"]
    ops = {kind: operations(a, mark) for kind, a in trace(["null", "read", "fault"])}
    check_reads(ops["read"], {name: a for a, name in symbols(KERNEL)})
    read, null, fault = (counts(ops[kind]) for kind in ("read", "null", "fault"))
    return {
        "metal_read1": (read[0], "instructions", 4000),
        "metal_read1_kernel": (read[1], "instructions", 1500),
        "metal_null_call": (null[0], "instructions", 400),
        "metal_null_call_kernel": (null[1], "instructions", 400),
        "metal_page_fault": (fault[0], "instructions", 2500),
        "metal_text": (text_bytes(), "bytes", 400 << 10),
        "core_lines": (core_lines(), "lines_of_code", 10000),
    }


def timed():
    return {
        "metal_start": (start_ticks(), "instructions", None),
        "metal_prompt": (prompt_seconds(), "s", 2),
    }


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--profile", metavar="KIND")
    args = parser.parse_args()
    if args.profile:
        mark = {name: a for a, name in symbols(STEPS)}["mark"]
        for _, addresses in trace([args.profile]):
            profile(operations(addresses, mark), "zerod")
        return 0
    report = Report()
    for name, (value, unit, limit) in (counted() | timed()).items():
        digits = 2 if unit == "s" else 0
        report.figure(name, value, unit, digits)
        if limit is not None:
            report.check(name, value, "<=", limit, digits)
    return 1 if report.missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as e:
        sys.exit(f"bench/metal.py: {e}")
