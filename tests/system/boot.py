#!/usr/bin/env python3
"""Services that hang, die or are broken at start: the prompt comes anyway, and the reason is said.

timeout: 120
"""
import os
import shutil
import subprocess
import time

from umk import BUILD, TOP, check, need_umk, run

need_umk()
UNIT = """[unit]
description = "Broken on purpose"

[service]
cmd = "{cmd}"
args = [{args}]
type = {type}
"""


def archive(name, units):
    tree = f"{name}.tree"
    shutil.copytree(os.path.join(TOP, "initfs"), tree, symlinks=True)
    folder = os.path.join(tree, "root/usr/lib/init.d")
    os.makedirs(folder, exist_ok=True)
    for file, text in units.items():
        with open(os.path.join(folder, file), "w") as f:
            f.write(text)
    folder = os.path.join(BUILD, "user/bin")
    programs = [os.path.join(folder, n) for n in sorted(os.listdir(folder))]
    out = f"{name}.cpio"
    subprocess.run([os.path.join(TOP, "scripts/mkinitfs"), out, tree, "--in", "bin", *programs],
                   check=True)
    return out


def boot(name, units, slack=0.0):
    """Boots with these units added; what was said on stderr."""
    initfs = archive(name, units)
    start = time.monotonic()
    done = run("echo", "up", initfs=initfs, options=["--verbose"])
    seconds = time.monotonic() - start
    check(done.returncode == 0 and done.stdout == b"up\n", name, done)
    check(seconds < base + slack, f"{name}: {seconds:.2f} s to the command, {base:.2f} s without")
    return done.stderr


base = 1e9
start = time.monotonic()
check(b"BROKEN" not in boot("plain", {}))
base = time.monotonic() - start + 0.3

log = boot("hang", {"10_hang.service": UNIT.format(cmd="sleep", args='"1000"',
                                                   type='"notify"')}, 1.3)
check(b"10_hang" in log, "no word about the service that hangs", log)
log = boot("hang_scheme", {"10_hang.service": UNIT.format(cmd="sleep", args='"1000"',
                                                          type='{ scheme = "x" }')}, 1.3)
check(b"10_hang" in log, "no word about the service that hangs", log)
log = boot("dies", {"10_dies.service": UNIT.format(cmd="false", args="", type='"notify"')}, 1.3)
check(b"10_dies" in log, "no word about the service that dies", log)
log = boot("missing", {"10_none.service": UNIT.format(cmd="no-such-program", args="",
                                                      type='"notify"')}, 1.3)
check(b"no-such-program" in log, "no word about the program that is missing", log)
log = boot("syntax", {"10_syntax.service": "[unit\nthis is no unit"}, 1.3)
check(b"10_syntax" in log, "no word about the unit that cannot be read", log)
log = boot("extension", {"10_unit.junk": "x"}, 1.3)
check(b"10_unit.junk" in log, "no word about the file that is no unit", log)
