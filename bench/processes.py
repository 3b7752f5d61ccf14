"""Linux processes: running them within a time limit, finding all that descend from one, and
what they use."""

import os
import re
import signal
import subprocess
import time

MAPPING = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ (\S+) (\d+)\s*(.*)$")


class Failed(Exception):
    """A program did not do what the benchmark needs of it."""


def _stat(pid):
    """(parent, start time) of a process, or None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as f:
            rest = f.read().rpartition(")")[2].split()
    except OSError:
        return None
    return int(rest[1]), int(rest[19])


def descendants(root):
    """root and every process below it, as {pid: start time}."""
    table = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            stat = _stat(name)
            if stat is not None:
                table[int(name)] = stat
    children = {}
    for pid, (parent, _) in table.items():
        children.setdefault(parent, []).append(pid)
    found, todo = {}, [root] if root in table else []
    while todo:
        pid = todo.pop()
        found[pid] = table[pid][1]
        todo.extend(children.get(pid, []))
    return found


def kill_tree(process):
    """Ends a Popen and all that it has started; returns how many outlived it by a second."""
    family = descendants(process.pid)
    if process.poll() is None:
        process.kill()
    process.wait()
    deadline = time.monotonic() + 1
    while True:
        left = [p for p, start in family.items() if (_stat(p) or (0, -1))[1] == start]
        if not left:
            return 0
        if time.monotonic() > deadline:
            break
        time.sleep(0.01)
    for pid in left:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    return len(left)


def started(command, **options):
    """A Popen in a session of its own, or Failed when there is no such program."""
    try:
        return subprocess.Popen(command, start_new_session=True, **options)
    except OSError as e:
        raise Failed(f"{command[0]}: {e.strerror}") from None


def run(command, timeout):
    """Runs a command to its end and returns its stdout. Failed when it fails or takes too long."""
    with started(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                 stderr=subprocess.PIPE) as p:
        try:
            out, err = p.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            kill_tree(p)
            raise Failed(f"no end within {timeout} s") from None
        except BaseException:
            kill_tree(p)
            raise
    if p.returncode != 0:
        lines = err.decode(errors="replace").strip().splitlines()
        raise Failed(f"status {p.returncode}" + (f": {lines[-1]}" if lines else ""))
    return out.decode(errors="replace")


def _memory_files(pid, sizes):
    """Adds the memory files that a process has open: {(device, inode): allocated bytes}."""
    for name in os.listdir(f"/proc/{pid}/fd"):
        path = f"/proc/{pid}/fd/{name}"
        try:
            if os.readlink(path).startswith("/memfd:"):
                st = os.stat(path)
                sizes[st.st_ino] = st.st_blocks * 512
        except OSError:
            continue


def resident(pids):
    """Bytes of memory that a set of processes holds: the proportional share of every mapping of
    files and private memory, and each memory file once, with the pages that nobody has mapped."""
    share, mapped, sizes = 0, {}, {}
    for pid in pids:
        try:
            _memory_files(pid, sizes)
            with open(f"/proc/{pid}/smaps", encoding="latin-1") as f:
                lines = f.readlines()
        except OSError:
            continue
        inode = None
        for line in lines:
            if line.startswith("Pss:"):
                pss = int(line.split()[1]) * 1024
                if inode is None:
                    share += pss
                else:
                    mapped[inode] = mapped.get(inode, 0) + pss
                continue
            m = MAPPING.match(line)
            if m:
                inode = int(m.group(2)) if m.group(3).startswith("/memfd:") else None
    return share + sum(max(sizes.get(i, 0), mapped.get(i, 0)) for i in sizes | mapped)


def available():
    """Bytes of memory that the machine has left."""
    with open("/proc/meminfo", encoding="ascii") as f:
        return int(re.search(r"MemAvailable:\s+(\d+)", f.read()).group(1)) * 1024


def activity(pids):
    """{(pid, thread, name): (ns on a processor, context switches)} of all threads."""
    seen = {}
    for pid in pids:
        try:
            threads = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for thread in threads:
            base = f"/proc/{pid}/task/{thread}"
            try:
                with open(f"{base}/schedstat", encoding="ascii") as f:
                    busy = int(f.read().split()[0])
                with open(f"{base}/status", encoding="latin-1") as f:
                    status = f.read()
            except OSError:
                continue
            name = re.search(r"^Name:\s*(.*)$", status, re.M).group(1)
            switches = sum(int(n) for n in re.findall(r"ctxt_switches:\s*(\d+)", status))
            seen[pid, int(thread), name] = busy, switches
    return seen
