"""Files on a disk: the system's own file system, beside a pass-through of libfuse3 on the host that
works on the same storage. One program does the work on both sides (host/storage.c)."""

import glob
import os
import resource
import subprocess
import tempfile
import time

from processes import Failed, kill_tree, run
from system import parse_values

MIB = 1024
FILES = 20000
PARTS = ["create", "stat", "list", "unlink", "write", "read", "randread", "randwrite", "cached",
         "tree"]
EXAMPLE = "/usr/share/doc/libfuse3-dev/examples/passthrough_ll.c"


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


def wait_for(mount, server):
    for _ in range(200):
        if os.path.ismount(mount):
            return
        if server.poll() is not None:
            break
        time.sleep(0.02)
    raise Failed(f"{server.args[0]} does not mount")


def on_mount(args, mount, command):
    """What the program measures on a FUSE file system that the command serves in the foreground."""
    os.makedirs(mount)
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(mount, server)
        return parse_values(run([os.path.join(args.build, "bench", "storage"), mount, str(MIB),
                                 str(files()), *PARTS], 300))
    finally:
        subprocess.run(["fusermount3", "-u", "-z", mount], check=False)
        kill_tree(server)


def on_fuse(args, work):
    program = pass_through(args, work)
    mount, source = os.path.join(work, "mnt"), os.path.join(work, "source")
    os.makedirs(source)
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return on_mount(args, mount, ["prlimit", f"--nofile={limit}:{limit}", program, "-f", "-o",
                                  f"source={source}", "-o", "cache=auto", mount])


def make_image(args, work, name):
    image = os.path.join(work, name)
    with open(image, "wb") as f:
        f.truncate((MIB + 2048) << 20)
    run([os.path.join(args.build, "tools", "redoxfs-mkfs"), image], 60)
    return image


def on_own_mount(args, work):
    """The host's kernel over our own FUSE mount of an image."""
    image, mount = make_image(args, work, "mount.img"), os.path.join(work, "own")
    return on_mount(args, mount, [os.path.join(args.build, "tools", "redoxfs"), "-d", image, mount])


def scale(report, args, work):
    """How lookups and mounting grow: the program prints figures and checks itself."""
    for line in run([os.path.join(args.build, "bench", "redoxfs_scale"), work], 120).splitlines():
        word = line.split()
        if word[0] == "figure":
            report.figure(word[1], float(word[2]), word[3], 1)
    report.check_ratio("redoxfs_lookup_growth", "redoxfs_lookup_1000000", "redoxfs_lookup_1000",
                       "<=", 3)
    report.check_figure("redoxfs_mount_100GiB_ms", "redoxfs_mount_100GiB", "<=", 1000)


def in_system(umk, args, work):
    image = make_image(args, work, "bench.img")
    return umk.bench("storage", "/", str(MIB), str(files()), *PARTS, timeout=300,
                     options=["--image", image])


def in_memory(umk):
    """A cached read of ramfs, for comparison."""
    return umk.bench("storage", "/tmp", "16", "1", "write", "cached", timeout=60)


def measure(report, umk, args):
    work = tempfile.mkdtemp(prefix="bench-", dir=args.build)
    try:
        theirs = on_fuse(args, work)
        mounted = on_own_mount(args, work)
        ours = in_system(umk, args, work)
        memory = in_memory(umk)
        scale(report, args, work)
    finally:
        run(["rm", "-rf", work], 60)
    for part in PARTS:
        for name, values in (("fuse", theirs), ("mount", mounted), ("umk", ours)):
            report.figure(f"disk_{part}_{name}", values[part] / 1e6, "us", 2)
        report.check_ratio(f"disk_{part}_speedup", f"disk_{part}_fuse", f"disk_{part}_umk", ">=", 2)
    report.check_ratio("disk_cached_mount_cost", "disk_cached_mount", "disk_cached_fuse", "<=", 1.3)
    report.figure("ramfs_cached_umk", memory["cached"] / 1e6, "us", 2)
    report.check_ratio("disk_cached_to_ramfs", "disk_cached_umk", "ramfs_cached_umk", "<=", 1.5)
