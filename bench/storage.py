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


def on_fuse(args, work):
    program = pass_through(args, work)
    mount, source = os.path.join(work, "mnt"), os.path.join(work, "source")
    os.makedirs(mount)
    os.makedirs(source)
    # it keeps a descriptor for each file that the host has heard of
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    server = subprocess.Popen(["prlimit", f"--nofile={limit}:{limit}", program, "-f", "-o", f"source={source}", "-o", "cache=auto", mount],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            if os.path.ismount(mount):
                break
            time.sleep(0.02)
        else:
            raise Failed("the pass-through does not mount")
        return parse_values(run([os.path.join(args.build, "bench", "storage"), mount, str(MIB),
                                 *PARTS], 300))
    finally:
        subprocess.run(["fusermount3", "-u", "-z", mount], check=False)
        kill_tree(server)


def in_system(umk, args, work):
    image = os.path.join(work, "bench.img")
    with open(image, "wb") as f:
        f.truncate((MIB + 2048) << 20)
    run([os.path.join(args.build, "tools", "redoxfs-mkfs"), image], 60)
    return umk.bench("storage", "/", str(MIB), *PARTS, timeout=300, options=["--image", image])


def in_memory(umk):
    """A cached read of ramfs, for comparison."""
    return umk.bench("storage", "/tmp", "16", "write", "cached", timeout=60)


def measure(report, umk, args):
    work = tempfile.mkdtemp(prefix="bench-", dir=args.build)
    try:
        theirs = on_fuse(args, work)
        ours = in_system(umk, args, work)
        memory = in_memory(umk)
    finally:
        run(["rm", "-rf", work], 60)
    for part in PARTS:
        for name, values in (("fuse", theirs), ("umk", ours)):
            report.figure(f"disk_{part}_{name}", values[part] / 1e6, "us", 2)
        report.check_ratio(f"disk_{part}_speedup", f"disk_{part}_fuse", f"disk_{part}_umk", ">=", 2)
    report.figure("ramfs_cached_umk", memory["cached"] / 1e6, "us", 2)
    report.check_ratio("disk_cached_to_ramfs", "disk_cached_umk", "ramfs_cached_umk", "<=", 1.5)
