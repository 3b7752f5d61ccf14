"""Other people's programs: lua and sqlite3 in the system, beside the same built for the host."""

import os
import re
import shutil
import tempfile
import time

from processes import Failed, run

SCRIPTS = {
    "lua_fib": "local function fib(n) if n < 2 then return n end return fib(n-1) + fib(n-2) end "
               "assert(fib(32) == 2178309)",
    "lua_strings": "local t = {} for i = 1, 300000 do t[#t+1] = ('%d:%s'):format(i, 'x') end "
                   "local s = table.concat(t, ',') local n = 0 "
                   "for w in s:gmatch('%d+') do n = n + #w end "
                   "assert(#s:gsub('x', 'yz'):upper() > n and s:find('300000:x', 1, true))",
}
SQL_SIZE = "25"


def took(command):
    start = time.monotonic()
    run(command, 60)
    return time.monotonic() - start


def lua(report, umk_run, recipes):
    """A run less one that does nothing: starting a system is not what is measured."""
    ours = umk_run + ["--initfs", os.path.join(recipes, "lua5.4/test.cpio"), "--", "lua", "-e"]
    theirs = [os.path.join(recipes, "lua5.4/source/host/lua"), "-e"]
    for name, script in SCRIPTS.items():
        report.sample(name, took(ours + [script]) - took(ours + [""]))
        report.sample(f"host_{name}", took(theirs + [script]) - took(theirs + [""]))


def total(output):
    """What speedtest1 says it took by its own clock."""
    found = re.search(r"TOTAL\.* *([\d.]+)s", output)
    if found is None:
        raise Failed("speedtest1 gave no total")
    return float(found[1])


def sqlite(report, umk_run, recipes):
    ours = umk_run + ["--initfs", os.path.join(recipes, "sqlite3/test.cpio"), "--", "speedtest1"]
    theirs = os.path.join(recipes, "sqlite3/source/host-speedtest1")
    folder = tempfile.mkdtemp(dir="/dev/shm")  # memory there as here
    try:
        report.sample("sqlite_speedtest", total(run(ours + ["--size", SQL_SIZE, "/tmp/s.db"], 120)))
        peer = [theirs, "--size", SQL_SIZE, os.path.join(folder, "s.db")]
        report.sample("host_sqlite_speedtest", total(run(peer, 120)))
    finally:
        shutil.rmtree(folder)


def measure(report, _umk, args):
    recipes = os.path.join(args.build, "recipes")
    umk_run = [os.path.join(args.build, "umk"), "run"]
    parts = [("lua5.4", lua, list(SCRIPTS), 1.15), ("sqlite3", sqlite, ["sqlite_speedtest"], 2.0)]
    for recipe, part, names, limit in parts:
        if not os.path.exists(os.path.join(recipes, recipe, "passed")):
            report.skip(names[0], f"scripts/recipe --test {recipe} has not been run")
            continue
        for _ in range(args.rounds):
            part(report, umk_run, recipes)
        for name in names:
            report.settle(name, "s")
            report.settle(f"host_{name}", "s")
            report.check_ratio(f"{name}_ratio", name, f"host_{name}", "<=", limit)
