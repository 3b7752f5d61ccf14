"""Files on a disk: the system's own file system, beside a pass-through of libfuse3 on the host that
works on the same storage. One program does the work on all sides (host/storage.c)."""

import glob
import os
import resource
import subprocess
import tempfile
import time

from processes import Failed, kill_tree, run
from system import parse_values

MIB = int(os.environ.get("STORAGE_MIB", "1024"))
FILES = 20000
SPACE_MIB = 4096  # of an image
# The cache is an eighth of it: as the host's, which the pass-through works on, it holds the file.
MEMORY = f"{(MIB + 256) * 16}M"
RUNS = 2  # of which the faster one counts
NAMES = ["create", "stat", "list", "unlink", "tree"]
CONTENT = ["write", "read", "randread", "randwrite"]
NOISE = [f"noise_{part}" for part in CONTENT]
# Noise twice, on both sides, of which the faster one counts: the first time a file of that size
# pays for memory that the machine has to find, which on a virtual one is its host's business.
PARTS = [*NAMES, *CONTENT, "cached", *NOISE, *NOISE]
COLD = ["noise_read", "noise_randread"]
EXAMPLE = "/usr/share/doc/libfuse3-dev/examples/passthrough_ll.c"
LONG = 600  # seconds


def pass_through(args, work):
    """libfuse3's own example, which Debian ships with the library."""
    if not glob.glob(EXAMPLE):
        raise Failed(f"there is no {EXAMPLE}")
    out = os.path.join(work, "passthrough_ll")
    flags = run(["pkg-config", "--cflags", "--libs", "fuse3"], 10).split()
    run(["gcc", "-O2", "-o", out, EXAMPLE, *flags], 60)
    return out


def files():
    """The pass-through keeps a descriptor for each file that the host has heard of."""
    return min(FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 500)


def best(runs):
    """Of several runs the shortest time for each part."""
    return {part: min(values[part] for values in runs) for part in runs[0]}


def wait_for(mount, server):
    for _ in range(500):
        if os.path.ismount(mount):
            return
        if server.poll() is not None:
            break
        time.sleep(0.02)
    raise Failed(f"{server.args[0]} does not mount")


def on_mount(args, mount, command, parts):
    """What the program measures on a FUSE file system that the command serves in the foreground."""
    os.makedirs(mount, exist_ok=True)
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(mount, server)
        return parse_values(run([os.path.join(args.build, "bench", "storage"), mount, str(MIB),
                                 str(files()), *parts], LONG))
    finally:
        subprocess.run(["fusermount3", "-u", "-z", mount], check=False)
        kill_tree(server)


def forget(path):
    """The host's cache lets go of a file."""
    with open(path, "rb") as f:
        os.fsync(f.fileno())
        os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def on_fuse(args, work):
    """What the pass-through does with all in the host's cache, and from the disk."""
    program = pass_through(args, work)
    mount, source = os.path.join(work, "mnt"), os.path.join(work, "source")
    os.makedirs(source)
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    command = ["prlimit", f"--nofile={limit}:{limit}", program, "-f", "-o", f"source={source}",
               "-o", "cache=auto", mount]
    runs = []
    for _ in range(RUNS):
        runs.append(on_mount(args, mount, command, PARTS))
        run(["rm", "-rf", os.path.join(source, "tree")], LONG)
    forget(os.path.join(source, "big"))
    cold = on_mount(args, mount, command, COLD[:1])
    forget(os.path.join(source, "big"))
    cold.update(on_mount(args, mount, command, COLD[1:]))
    run(["rm", "-rf", source], LONG)
    return best(runs), cold


def make_image(args, work, name):
    image = os.path.join(work, name)
    with open(image, "wb") as f:
        f.truncate(SPACE_MIB << 20)
    run([os.path.join(args.build, "tools", "redoxfs-mkfs"), image], LONG)
    return image


def on_own_mount(args, work):
    """Cached reads by the host's kernel over our own FUSE mount of an image."""
    image, mount = make_image(args, work, "mount.img"), os.path.join(work, "own")
    command = [os.path.join(args.build, "tools", "redoxfs"), "-d", image, mount]
    values = on_mount(args, mount, command, ["write", "cached", "cached"])
    run(["rm", image], LONG)
    return values


def in_system(umk, args, work):
    """The same in the system, which opens the image without the host's cache."""
    runs, cold = [], {}
    for n in range(RUNS):
        image = make_image(args, work, f"bench{n}.img")
        where = ["--image", image]
        runs.append(umk.bench("storage", "/", str(MIB), str(files()), *PARTS, timeout=LONG,
                              options=[*where, "--mem", MEMORY]))
        for part in COLD if n + 1 == RUNS else []:
            cold.update(umk.bench("storage", "/", str(MIB), str(files()), part, timeout=LONG,
                                  options=where))
        run(["rm", image], LONG)
    return best(runs), cold


def in_memory(umk):
    """A cached read of ramfs, for comparison."""
    return best([umk.bench("storage", "/tmp", "16", "1", "write", "cached", timeout=60)
                 for _ in range(RUNS)])


def scale(report, args, work):
    """How lookups and mounting grow: the program prints figures and checks itself."""
    for line in run([os.path.join(args.build, "bench", "redoxfs_scale"), work], LONG).splitlines():
        word = line.split()
        if word[0] == "figure":
            report.figure(word[1], float(word[2]), word[3], 1)
    report.check_ratio("redoxfs_lookup_growth", "redoxfs_lookup_1000000", "redoxfs_lookup_1000",
                       "<=", 3)
    report.check_figure("redoxfs_mount_100GiB_ms", "redoxfs_mount_100GiB", "<=", 1000)


def figures(report, part, values):
    for name, value in values.items():
        report.figure(f"disk_{part}_{name}", value / 1e6, "us", 2)


def measure(report, umk, args):
    work = tempfile.mkdtemp(prefix="bench-", dir=args.build)
    try:
        theirs, theirs_cold = on_fuse(args, work)
        ours, ours_cold = in_system(umk, args, work)
        mounted = on_own_mount(args, work)
        memory = in_memory(umk)
        for part in theirs:
            figures(report, part, {"fuse": theirs[part], "umk": ours[part]})
        for part in COLD:
            figures(report, f"cold_{part}", {"fuse": theirs_cold[part], "umk": ours_cold[part]})
        figures(report, "cached", {"mount": mounted["cached"], "ramfs": memory["cached"]})
        for part in theirs:
            if part != "cached":
                report.check_ratio(f"disk_{part}_speedup", f"disk_{part}_fuse", f"disk_{part}_umk",
                                   ">=", 2)
        report.check_ratio("disk_cached_mount_cost", "disk_cached_mount", "disk_cached_fuse", "<=",
                           1.3)
        report.check_ratio("disk_cached_to_ramfs", "disk_cached_umk", "disk_cached_ramfs", "<=",
                           1.5)
        scale(report, args, work)
    finally:
        run(["rm", "-rf", work], LONG)
