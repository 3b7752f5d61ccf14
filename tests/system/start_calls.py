#!/usr/bin/env python3
"""A static program starts with few calls of the kernel: the trace counts them. `tiny` does nothing,
so all of its calls are those of its start and its end; `damage` with a wrong argument is one with
more of the library.

timeout: 60
metal: no, it is about --trace, which metal does not have
"""
import json

from umk import check, need_umk, run

LIMIT = 20

need_umk()
for path, status in (("/scheme/initfs/bench/tiny", 0), ("/scheme/initfs/tests/damage", 2)):
    done = run(path, options=["--trace", "trace.json"])
    check(done.returncode == status, done)
    with open("trace.json", encoding="utf-8") as f:
        events = json.load(f)
    events = events["traceEvents"] if isinstance(events, dict) else events
    name = path.rsplit("/", 1)[1]
    names = [e for e in events if e.get("ph") == "M" and "args" in e]
    pids = [e["pid"] for e in names if e["args"].get("name") == name]
    check(len(pids) == 1, name, pids)
    calls = [e["name"] for e in events if e["pid"] == pids[0] and e.get("ph") == "B"]
    check(calls and calls[-1] == "proc", "the last call is not the exit", calls)
    check(len(calls) - 1 <= LIMIT, f"{name}: {len(calls) - 1} calls", calls)
