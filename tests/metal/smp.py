#!/usr/bin/env python3
"""Several processors on bare hardware: all are started, threads run on them at the same time, an
idle system costs nothing, and a panic stops everything.

timeout: 400
"""
import os
import socket
import tempfile
import time

from umk import check, children_of, expect, ion, need_umk, read_until, run, system

BUSY = 0.25  # of a processor of the host: what an idle system may cost
PANIC = 134

need_umk()
for machine in ("q35", "microvm"):
    options = ["--machine", machine, "--cpus", "4"]
    expect(run("/scheme/initfs/tests/posix_parallel", "4", options=options, seconds=120), 0, b"")

# As many as there are, but no more than were asked for.
for options, cpus in ((["--cpus", "2"], 2), (["--cpus", "4", "--append", "umk.cpus=3"], 3),
                      (["--cpus", "4", "--append", "umk.cpus=1"], 1)):
    done = run("cat", "/scheme/sys/cpu", options=options)
    check(done.stdout.startswith(b"CPUs: %d\n" % cpus), options, done)


def used(pid):
    """Seconds of processor time of a process of the host."""
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# While all programs wait, no processor runs. The start may not be over at once: the quietest of
# several looks counts, and a processor that spins is in each of them.
for cpus in ("1", "4"):
    with system("ion", "-c", "echo up; cat", options=["--cpus", cpus]) as p:
        read_until(p.stdout.fileno(), rb"up\n")
        machine = children_of(p.pid)[0]
        shares = []
        while len(shares) < 10 and min(shares, default=1) > BUSY:
            before, start = used(machine), time.monotonic()
            time.sleep(2)
            shares.append((used(machine) - before) / (time.monotonic() - start))
        check(min(shares) <= BUSY, f"--cpus {cpus}: an idle system takes", shares)
        out, _ = p.communicate(b"still there\n", timeout=30)
        check(out == b"still there\n", out)

# A panic on all processors at once, by QEMU's button: one account of it, and the end.
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "monitor")
    options = ["--cpus", "4", "--qemu", f"-monitor unix:{path},server=on,wait=off"]
    with system("ion", "-c", "for i in 1..=3; /scheme/initfs/tests/spin 60 &; end; echo up; wait",
                options=options) as p:
        read_until(p.stdout.fileno(), rb"up\n")
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(path)
            monitor.sendall(b"nmi\n")
            out, err = p.communicate(timeout=30)
        check(p.returncode == PANIC, p.returncode, out, err[-2000:])
        check((out + err).count(b"kernel panic: NMI") == 1, out, err[-2000:])

expect(ion("exit 7", options=["--cpus", "4"]), 7, b"")
