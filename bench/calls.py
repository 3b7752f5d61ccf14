"""Times of calls, reads and spawns, on the host and in the system, in turns: each round measures
every peer and every figure of ours once, so that a change of the machine's mood hits both."""

import os
import shutil
import struct
import subprocess
import tempfile

from processes import Failed, kill_tree, run
from system import Talk, parse_values

DATA = "/tmp/bench-data"
CLIENTS = ("1", "4", "16", "64", "256")
BLOCK_BYTES = 131072


class Peers:
    """The host's programs, and where they run: on any processor, or pinned to one."""

    def __init__(self, args):
        self.bin = os.path.join(args.build, "bench")
        self.cpus = sorted(os.sched_getaffinity(0))[:2]
        self.tiny = self._static_program(os.path.join(args.top, "bench", "tiny.c"))
        self.bare = self._bare_program(os.path.join(args.build, "user", "bench", "tiny"))

    def _static_program(self, source):
        out = os.path.join(self.bin, "tiny")
        run(["gcc", "-O2", "-static", "-o", out, source], 60)
        return out

    def _bare_program(self, program):
        """A copy of the system's own tiny program whose entry point ends it at once."""
        out = os.path.join(self.bin, "tiny_bare")
        symbols = run(["nm", program], 10).split()
        entry = int(symbols[symbols.index("bench_bare_start") - 2], 16)
        shutil.copyfile(program, out)
        with open(out, "r+b") as f:
            f.seek(24)  # e_entry
            f.write(struct.pack("<Q", entry))
        os.chmod(out, 0o755)
        return out

    def values(self, program, *words, pinned=None, timeout=20):
        pin = [] if pinned is None else ["taskset", "-c", str(pinned)]
        command = [*pin, os.path.join(self.bin, program), *map(str, words)]
        return parse_values(run(command, timeout))


class Collector:
    """Runs measuring programs and files their values as samples; a failure is a reason."""

    def __init__(self, report):
        self.report = report
        self.failed = set()

    def take(self, names, measure, reason_prefix=""):
        """names: {value's name: figure's name}; measure() gives {value's name: ps}. What failed
        in one round is not tried in the next."""
        if self.failed.intersection(names.values()):
            return
        try:
            values = measure()
        except Failed as e:
            self.failed.update(names.values())
            for figure in names.values():
                self.report.no_figure(figure, f"{reason_prefix}{e}")
            return
        for value, figure in names.items():
            if value in values:
                self.report.sample(figure, values[value] / 1e6)
            else:
                self.report.no_figure(figure, "the program did not print it")


def fuse_values(peers, pinned):
    """Mounts the FUSE peer, measures it, and leaves nothing mounted."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        raise Failed("/dev/fuse is missing or closed")
    if shutil.which("fusermount3") is None:
        raise Failed("fusermount3 is missing")
    pin = [] if pinned is None else ["taskset", "-c", str(pinned)]
    where = tempfile.mkdtemp(prefix="umk-bench-")
    try:
        with Talk([*pin, os.path.join(peers.bin, "nullfs"), where]) as server:
            try:
                server.expect("mounted", 10)
                return peers.values("files", "read1", f"{where}/zero", "read128k", f"{where}/data",
                                    "openclose", f"{where}/data", pinned=pinned)
            finally:
                subprocess.run(["fusermount3", "-u", "-z", where], check=False,
                               stderr=subprocess.DEVNULL)
    finally:
        os.rmdir(where)


def names(prefix, where, *values):
    return {v: f"{prefix}_{v}_{where}" for v in values}


def host_round(collect, peers):
    cpus = peers.cpus
    one = cpus[0]

    def pingpong(figure, kind, a, b):
        collect.take({kind: figure}, lambda: peers.values("pingpong", kind, a, b))

    pingpong("host_futex_pinned", "futex", one, one)
    pingpong("host_socket_pinned", "socket", one, one)
    if len(cpus) > 1:
        pingpong("host_futex_two", "futex", one, cpus[1])
        pingpong("host_spin_two", "spin", one, cpus[1])
        pingpong("host_socket_two", "socket", one, cpus[1])
    else:
        for figure in ("host_futex_two", "host_spin_two", "host_socket_two"):
            collect.report.no_figure(figure, "host: it has one processor")
    for where, pinned in (("free", None), ("pinned", one)):
        collect.take(names("host", where, "memcpy128k"),
                     lambda pin=pinned: peers.values("copy", pinned=pin))
        collect.take(names("host", where, "spawn_glibc", "spawn_own"),
                     lambda pin=pinned: peers.values("spawn", "spawn_glibc", peers.tiny,
                                                     "spawn_own", peers.bare, pinned=pin))
        collect.take(names("fuse", where, "read1", "read128k", "openclose"),
                     lambda pin=pinned: fuse_values(peers, pin), "host: ")


def umk_round(collect, umk, cpu):
    for where, pinned in (("free", None), ("pinned", cpu)):
        # one system for each, so that one that fails takes no other figure with it
        collect.take(names("umk", where, "read1"),
                     lambda pin=pinned: umk.bench("files", "read1", "/scheme/zero", pinned=pin))
        collect.take(names("umk", where, "read128k", "openclose"),
                     lambda pin=pinned: umk.bench("files", "fill", DATA, "read128k", DATA,
                                       "openclose", DATA, pinned=pin))
        collect.take(names("umk", where, "null_call"),
                     lambda pin=pinned: umk.bench("null_call", pinned=pin))
        collect.take(names("umk", where, "spawn"),
                     lambda pin=pinned: umk.bench("spawn", "spawn", "/scheme/initfs/bench/tiny",
                                                  pinned=pin))
        collect.take(names("umk", where, *(f"clients_{n}" for n in CLIENTS)),
                     lambda pin=pinned: umk.bench("clients", "grow", "/scheme/zero", *CLIENTS,
                                                  pinned=pin))


def settle(report):
    """Prints the figures of calls."""
    for kind in ("futex", "spin", "socket"):
        for where in ("pinned", "two"):
            if (kind, where) != ("spin", "pinned"):
                report.settle(f"host_{kind}_{where}", "us")
    for where in ("free", "pinned"):
        for figure in (f"host_memcpy128k_{where}", f"fuse_read1_{where}", f"umk_read1_{where}",
                       f"fuse_read128k_{where}", f"umk_read128k_{where}",
                       f"fuse_openclose_{where}", f"umk_openclose_{where}",
                       f"umk_null_call_{where}", f"host_spawn_glibc_{where}",
                       f"host_spawn_own_{where}", f"umk_spawn_{where}"):
            report.settle(figure, "us")
        for n in CLIENTS:
            report.settle(f"umk_clients_{n}_{where}", "us")
        for figure in ("host_memcpy128k", "fuse_read128k", "umk_read128k"):
            if f"{figure}_{where}" in report.figures:
                gib = BLOCK_BYTES / (report.figures[f"{figure}_{where}"] * 1e-6) / (1 << 30)
                report.figure(f"{figure}_{where}_throughput", gib, "GiB/s")


def judge(report):
    """The requirements; a ratio is our time over the peer's, or the peer's over ours where the
    requirement says how many times faster."""
    ratio = report.check_ratio
    ratio("read1_free_times_faster_than_fuse", "fuse_read1_free", "umk_read1_free", ">=", 15)
    ratio("read1_free_over_spin", "umk_read1_free", "host_spin_two", "<=", 3)
    ratio("read1_pinned_over_futex", "umk_read1_pinned", "host_futex_pinned", "<=", 1.6)
    ratio("read128k_times_faster_than_fuse", "fuse_read128k_free", "umk_read128k_free", ">=", 2)
    ratio("read128k_share_of_memcpy", "host_memcpy128k_free", "umk_read128k_free", ">=", 0.5)
    ratio("openclose_over_fuse", "umk_openclose_free", "fuse_openclose_free", "<=", 1)
    ratio("null_call_pinned_over_futex", "umk_null_call_pinned", "host_futex_pinned", "<=", 1.6)
    ratio("spawn_over_host_glibc", "umk_spawn_free", "host_spawn_glibc_free", "<=", 1.5)
    ratio("spawn_over_host_own", "umk_spawn_free", "host_spawn_own_free", "<=", 3.5)
    ratio("clients_256_over_1_pinned", "umk_clients_256_pinned", "umk_clients_1_pinned", "<=", 1.2)
    ratio("clients_256_over_1_free", "umk_clients_256_free", "umk_clients_1_free", "<=", 1.5)


def measure(report, umk, args):
    peers = Peers(args)
    collect = Collector(report)
    try:
        for _ in range(args.rounds):
            host_round(collect, peers)
            umk_round(collect, umk, peers.cpus[0])
    finally:
        settle(report)
        judge(report)
