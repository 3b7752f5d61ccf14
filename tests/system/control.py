#!/usr/bin/env python3
"""umk ps, umk kill and umk doctor, from another terminal.

timeout: 120

metal: no, it is about umk ps and umk kill, which reach a system on this host only
"""
import json
import os
import time

from umk import (UMK, check, host, need_umk, process_named, processes, read_until, system,
                 wait_for)

need_umk()


def kill(instance, target):
    return host([UMK, "kill", "-i", str(instance), str(target)])


def on_host(p):
    return os.path.exists(f"/proc/{p['host_pid']}")


with system("ion", "-c", "echo up; sleep 1000 &; wait; echo over") as p:
    read_until(p.stdout.fileno(), rb"up\n")
    wait_for(lambda: process_named(p.pid, "sleep"), 5, "sleep is in umk ps")
    found = {entry["name"]: entry for entry in processes(p.pid)}
    check({"init", "logd", "ramfs", "randd", "ion", "sleep"} <= set(found), sorted(found))
    check(found["init"]["pid"] == 1, found["init"])
    for entry in found.values():
        check(on_host(entry), "its host process does not exist", entry)
        check(entry["private_bytes"] >= 0 and entry["threads"] >= 1 and entry["cpu_seconds"] >= 0
              and entry["state"] in "RSTZ", entry)
    check(found["sleep"]["ppid"] == found["ion"]["pid"], found)

    # The table for people says the same.
    table = host([UMK, "ps", "-i", str(p.pid)]).stdout.decode()
    for name, entry in found.items():
        check(any(line.split()[0] == str(entry["pid"]) and name in line
                  for line in table.splitlines()), table)
    check(len(table.splitlines()) >= len(found) + 1, table)

    # A server that is killed comes back, under a new pid.
    before = found["ramfs"]["pid"]
    check(kill(p.pid, "ramfs").returncode == 0)
    wait_for(lambda: (process_named(p.pid, "ramfs") or {}).get("pid", before) != before, 3,
             "ramfs is back")

    # By pid; and the shell goes on.
    check(kill(p.pid, found["sleep"]["pid"]).returncode == 0)
    read_until(p.stdout.fileno(), rb"over\n", 5)
    p.wait(10)

# Nobody there: an error, not a hang.
for argv in (["kill", "-i", "999999999", "init"], ["ps", "-i", "999999999"],
             ["gdb", "-i", "999999999", "init"]):
    done = host([UMK, *argv])
    check(done.returncode == 1 and done.stdout == b"" and done.stderr.count(b"\n") == 1, argv, done)
with system("cat") as p:
    wait_for(lambda: host([UMK, "ps", "-i", str(p.pid)]).returncode == 0, 10, "it is up")
    done = kill(p.pid, "no-such-name")
    check(done.returncode == 1 and done.stderr.count(b"\n") == 1, done)
    # The end of init is the end of the system.
    check(kill(p.pid, 1).returncode == 0)
    start = time.monotonic()
    p.wait(10)
    check(time.monotonic() - start < 5)

doctor = host([UMK, "doctor"])
check(doctor.returncode == 0, doctor)
facts = json.loads(host([UMK, "doctor", "--json"]).stdout)
check(facts and all(fact["result"] in ("ok", "weak") for fact in facts), facts)
