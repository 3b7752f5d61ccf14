#!/usr/bin/env python3
"""umk run --cpus N: the core says whose turn it is. Everything works as without, and a program
that never waits keeps nobody else from running.

ways: no, it chooses the processors itself
timeout: 120

metal: no, it is about --cpus, which metal does not have
"""
import time

from umk import check, expect, ion, need_umk, processes, read_until, run, state_of, system

LOOKS = 300

need_umk()
for cpus in ("1", "2"):
    options = ["--cpus", cpus]
    expect(run("echo", "hi", options=options), 0, b"hi\n", b"")
    expect(ion("echo one two | cat | cat", options=options), 0, b"one two\n")
    expect(ion("echo a > /tmp/x; cp /tmp/x /tmp/y; cat /tmp/y; ls /scheme | cat > /tmp/z",
               options=options), 0, b"a\n")
    blob = b"x" * 500_000
    expect(run("cat", stdin=blob, options=options, seconds=60), 0, blob)
    start = time.monotonic()
    done = ion("/scheme/initfs/tests/churn /scheme/zero 30 > /tmp/c &; sleep 0.3;"
               " for i in 1..=20; echo $i > /tmp/i; end; cat /tmp/i; exit 0", options=options)
    check(done.stdout == b"20\n", done)
    check(time.monotonic() - start < 10, f"{time.monotonic() - start:.1f} s with --cpus {cpus}")

# Programs that are deaf to the kernel's nudges lose the processor all the same.
deaf = ion("for i in 1..=3; /scheme/initfs/tests/hostile_host mask &; end;"
           " for i in 1..=5; echo $i > /tmp/i; end; cat /tmp/i; exit 0",
           options=["--cpus", "1", "--verbose"])
check(deaf.stdout == b"5\n", deaf)
check(b"does not give way" in deaf.stderr, deaf.stderr)



def at_once(options):
    """Of three programs that spin, how many want Linux's processors: the share of looks at them
    that saw more than one."""
    script = "for i in 1..=3; /scheme/initfs/tests/spin 5 &; end; echo up; wait"
    with system("ion", "-c", script, options=options) as p:
        read_until(p.stdout.fileno(), rb"up\n")
        spinning = [q["host_pid"] for q in processes(p.pid) if q["name"] == "spin"]
        check(len(spinning) == 3, processes(p.pid))
        time.sleep(0.5)
        more = 0
        for _ in range(LOOKS):
            more += sum(state_of(pid) == "R" for pid in spinning) > 1
            time.sleep(0.005)
    return more / LOOKS


# With one, one at a time, but for the moments of change; without, all of them. A moment of change
# is long on a host that is busy with other tests, so the quietest of three runs counts: a kernel
# that did not gate would show nearly every look in each.
for attempt in range(3):
    gated = at_once(["--cpus", "1"])
    if gated < 0.1:
        break
free = at_once([])
check(gated < 0.1, f"with --cpus 1 more than one ran in {gated:.0%} of the looks")
check(free > 0.9, f"without --cpus more than one ran in {free:.0%} of the looks only")
