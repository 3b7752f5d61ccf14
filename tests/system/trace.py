#!/usr/bin/env python3
# metal: no, it is about --trace, which metal does not have
"""umk run --trace: a file that Chrome's and Perfetto's viewers take, one track a context.

timeout: 60
"""
import json

from umk import check, expect, ion, need_umk

need_umk()
expect(ion("echo hi | cat > /tmp/x; cat /tmp/x", options=["--trace", "trace.json"]), 0, b"hi\n")
with open("trace.json") as f:
    trace = json.load(f)
events = trace["traceEvents"] if isinstance(trace, dict) else trace
check(len(events) > 100, f"only {len(events)} events")
names = {e["args"]["name"] for e in events if e.get("ph") == "M" and e["name"] == "process_name"}
check({"init", "ion", "cat", "ramfs"} <= names, names)
calls = [e for e in events if e.get("ph") in "BEX"]
check(calls, "no calls")
last = {}
depth = {}
for e in calls:
    track = (e["pid"], e["tid"])
    check(e["ts"] >= last.get(track, 0), "time goes backwards on a track", e)
    last[track] = e["ts"]
    if e["ph"] == "X":
        check(e["dur"] >= 0, e)
    else:
        depth[track] = depth.get(track, 0) + (1 if e["ph"] == "B" else -1)
        check(depth[track] in (0, 1), "a reply without its call, or two calls at once", e)
check(any("openat" in e["name"].lower() for e in calls if e["ph"] != "E"),
      sorted({e["name"] for e in calls if "name" in e}))
