"""Start-up time, memory, idleness, many systems, many channels, and the time of an edit."""

import os
import statistics
import time

from processes import Failed, activity, available, resident, run
from system import BOOT_SECONDS, Talk

MIB = 1 << 20
STARTS = 20
SETTLE_SECONDS = 1.0


def start(report, umk, _args):
    """From nothing to the end of a command in a fresh system."""
    times = []
    for _ in range(STARTS + 1):
        before = time.monotonic()
        run(umk.command("true"), BOOT_SECONDS)
        times.append(time.monotonic() - before)
    times = [t * 1000 for t in times[1:]]  # the first fills the host's caches
    report.figure("start_to_end", statistics.median(times), "ms", 1)
    report.figure("start_to_end_max", max(times), "ms", 1)
    report.check_figure("start_to_end_ms", "start_to_end", "<=", 150, 1)


def at_the_prompt(report, umk, args):
    """Memory of a system at its prompt, and what it does while nobody asks anything of it."""
    with Talk([umk.umk, "run"], tty=True) as system:
        system.at_prompt()
        time.sleep(SETTLE_SECONDS)
        family = system.processes()
        report.figure("system_processes", len(family), "processes", 0)
        report.figure("system_resident", resident(family) / MIB, "MiB", 1)
        report.check_figure("system_resident_mib", "system_resident", "<=", 64, 1)

        before = activity(family)
        time.sleep(args.idle_seconds)
        after = activity(system.processes())
        idle_figures(report, before, after, args.idle_seconds)
        system.at_prompt()


def idle_figures(report, before, after, seconds):
    busy = wakeups = 0
    for thread, (ns, switches) in after.items():
        ns_before, switches_before = before.get(thread, (0, 0))
        busy += ns - ns_before
        wakeups += switches - switches_before
        if switches != switches_before:
            pid, tid, name = thread
            report.note(f"idle: {name} (process {pid}, thread {tid}) woke up "
                        f"{switches - switches_before} times for {(ns - ns_before) / 1e6:.3f} ms")
    for _pid, _tid, name in before.keys() - after.keys():
        report.note(f"idle: {name} ended")
    report.figure("idle_seconds", seconds, "s", 0)
    report.figure("idle_cpu", busy / (seconds * 1e7), "%", 4)
    report.figure("idle_wakeups", wakeups, "switches", 0)
    # 0.0 % as printed with one digit
    report.check_figure("idle_cpu_percent", "idle_cpu", "<=", 0.049, 4)
    report.check_figure("idle_wakeups", "idle_wakeups", "<=", 0, 0)


def systems(report, umk, args):
    """Many systems at once, each of which has echoed a line."""
    running = []
    try:
        free_before = available()
        before = time.monotonic()
        for _ in range(args.systems):
            running.append(Talk(umk.command("cat")))
        for system in running:
            system.send("ready\n")
        for system in running:
            system.expect("ready", 2 * BOOT_SECONDS)
        took = time.monotonic() - before
        time.sleep(SETTLE_SECONDS)
        used = resident(pid for system in running for pid in system.processes())
        report.figure("systems_start", took, "s", 2)
        report.figure("systems_memory_each", used / args.systems / MIB, "MiB", 2)
        report.figure("systems_memory_each_with_host", (free_before - available()) / args.systems
                      / MIB, "MiB", 2)
        ended = sum(system.finish(BOOT_SECONDS) == 0 for system in running)
        report.figure("systems_running", ended, "systems", 0)
        report.check_figure("systems_at_once", "systems_running", ">=", args.systems, 0)
    finally:
        for system in running:
            system.__exit__()


def channels(report, umk, args):
    """Many client processes of one server, each with a channel."""
    n = args.channels
    command = umk.command("/scheme/initfs/bench/clients", "hold", "/scheme/zero", str(n),
                          options=["--initfs", umk.initfs])
    with Talk(command) as system:
        system.expect(f"started {n}", 60)
        time.sleep(SETTLE_SECONDS)
        without = resident(system.processes())
        free = available()
        system.send("\n")
        system.expect(f"open {n}", 30)
        time.sleep(SETTLE_SECONDS)
        having = resident(system.processes())
        report.figure("channel_memory", (having - without) / n / 1024, "KiB", 1)
        report.figure("channel_memory_with_host", (free - available()) / n / 1024, "KiB", 1)
        report.figure("client_memory", without / n / 1024, "KiB", 1)
        system.send("\n")
        if system.finish(30) != 0:
            raise Failed("a client failed")
    report.figure("channels_on_one_server", n, "channels", 0)
    report.check_figure("channels_at_once", "channels_on_one_server", ">=", n, 0)


def rebuild(report, _umk, args):
    """From the edit of a server to a prompt of a system that runs the new one."""
    source = os.path.join(args.top, "servers", "zerod")
    files = [f for f in os.listdir(source) if f.endswith(".c")] if os.path.isdir(source) else []
    if not files:
        raise Failed("servers/zerod has no source")
    # this may itself run below a make, whose jobs are none of theirs
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")}
    run(["env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "make", "-C", args.top, "all"], 300)
    os.utime(os.path.join(source, files[0]))
    before = time.monotonic()
    with Talk(["make", "run"], tty=True, cwd=args.top, env=environment) as system:
        system.at_prompt(60)
        report.figure("edit_to_prompt", time.monotonic() - before, "s", 2)
    report.check_figure("edit_to_prompt_s", "edit_to_prompt", "<=", 3, 2)
