"""The C library beside the host's: one program, compiled for each, run in turns."""

from calls import Collector, Peers

# figure: (name of the program's value, how many times slower than the host it may be)
VALUES = {
    "malloc_1": 1.5, "malloc_2": 1.5,
    "strlen_16": 1.3, "strlen_1k": 1.3, "strlen_1m": 1.3,
    "memcpy_16": 1.3, "memcpy_1k": 1.3, "memcpy_1m": 1.3,
    "memchr_16": 1.3, "memchr_1k": 1.3, "memchr_1m": 1.3,
    "printf_17g": 1.5, "printf_g": 1.5, "printf_f": 1.5, "strtod": 1.5,
    "qsort_1m": 1.3, "fork_exec_wait": 3,
}
SECONDS = 60


def measure(report, umk, args):
    peers, collector = Peers(args), Collector(report)
    host = {v: f"host_libc_{v}" for v in VALUES}
    ours = {v: f"libc_{v}" for v in VALUES}
    for _ in range(args.rounds):
        collector.take(host, lambda: peers.values("libc", peers.tiny, timeout=SECONDS))
        collector.take(ours, lambda: umk.bench("libc", "/scheme/initfs/bench/tiny",
                                               timeout=SECONDS))
    for value, limit in VALUES.items():
        report.settle(host[value], "us", 4)
        report.settle(ours[value], "us", 4)
        report.check_ratio(f"libc_{value}_ratio", ours[value], host[value], "<=", limit)
