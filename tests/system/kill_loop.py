#!/usr/bin/env python3
# metal: no, it kills processes of the host
"""kill -9 of servers and programs under load, one after the other: clients get errors and no
hangs, the servers come back, and nothing leaks.

timeout: 60
alone: yes
"""
import os
import random
import re
import signal
import time

from umk import SOAK, check, children_of, need_umk, processes, read_until, system, wait_for

KILLS = 10_000 if SOAK else 150
SECONDS = 2400 if SOAK else 20
PATHS = ("/scheme/zero", "/scheme/null", "/scheme/rand", "/etc/hostname")
SERVERS = {"ramfs", "randd", "zerod", "logd"}
# With emulated paging the system's RAM is the kernel's memory too, and with it what a client keeps
# of a channel whose server has died (docs/CAVEATS.md).
EMULATED = "emulated" in os.environ.get("UMK_WITH", "")
KEPT = 512 << 10
CHURN = "/scheme/initfs/tests/churn"

need_umk()
rng = random.Random(int(os.environ.get("SEED", "1")))


def held_by(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def resident(pid):
    with open(f"/proc/{pid}/statm") as f:
        return int(f.read().split()[1]) * 4096


def servers_of(umk):
    return {p["pid"]: p for p in processes(umk) if p["name"] in SERVERS}


with system("ion", "-c", f"for p in [{' '.join(PATHS)}]; {CHURN} $p {SECONDS} &; end; echo up; cat;"
            " echo over") as p:
    read_until(p.stdout.fileno(), rb"up\n")
    wait_for(lambda: sum(q["name"] == "churn" for q in processes(p.pid)) == len(PATHS), 10,
             "all clients run")
    kernel = children_of(p.pid)[0]
    count = len(servers_of(p.pid))
    check(count >= 5, servers_of(p.pid))
    time.sleep(0.5)
    descriptors, memory = held_by(kernel), resident(kernel)
    late = 0
    end = time.monotonic() + SECONDS * 0.9
    for n in range(KILLS):
        if time.monotonic() > end:
            check(n > KILLS // 3, f"only {n} kills in {SECONDS * 0.9:.0f} s")
            break
        there = servers_of(p.pid)
        victim = rng.choice(sorted(there))
        os.kill(there[victim]["host_pid"], signal.SIGKILL)
        died = time.monotonic()
        wait_for(lambda: victim not in (now := servers_of(p.pid)) and len(now) == count, 5,
                 f"kill {n + 1}: {there[victim]['name']} is back")
        late += time.monotonic() - died > 0.2
        time.sleep(rng.random() * 0.02)
    check(late <= KILLS // 20, f"{late} of {KILLS} were not back within 200 ms")
    print(f"{n + 1} kills, {late} back later than 200 ms")

    # The clients saw all of it, and none of them hung.
    text = read_until(p.stdout.fileno(), rb"(churn .*\n){%d}" % len(PATHS), SECONDS + 10)
    print(text.decode())
    for line in re.findall(rb"churn .*", text):
        seen = dict(zip(line.split()[1::2], map(int, line.split()[2::2])))
        check(seen[b"operations"] > 1000 and seen[b"errors"] > 0, line)
        check(seen[b"slow"] <= max(2, n // 50), "operations that hung for more than 100 ms", line)
        check(seen[b"long"] <= max(2, n // 20), "outages of more than 200 ms", line)
    time.sleep(0.5)
    check(held_by(kernel) <= descriptors + 4, f"{descriptors} -> {held_by(kernel)} descriptors")
    room = (8 << 20) + (KEPT * (n + 1) if EMULATED else 0)
    check(resident(kernel) <= memory + room, f"{memory} -> {resident(kernel)} bytes")
    p.stdin.close()
    read_until(p.stdout.fileno(), rb"over\n", 10)
    check(p.wait(10) == 0)
