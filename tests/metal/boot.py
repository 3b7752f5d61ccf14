#!/usr/bin/env python3
"""Boots on bare hardware: both machines, processors with little and with all, little memory, boot
archives that are missing or damaged, the same files as on the host, the terminal.

timeout: 300
"""
import hashlib
import os
import subprocess
import time

from umk import BUILD, INITFS, TOP, UMK, Terminal, check, expect, need_umk, run

need_umk()
KERNEL = os.path.join(BUILD, "metal", "umk.elf")

for machine in ("q35", "microvm"):
    for cpu in ("max", "qemu64", "Nehalem"):
        done = run("ion", "-c", "head -c 64 /scheme/rand | wc -c; exit 3",
                   options=["--machine", machine, "--cpu", cpu])
        check(done.returncode == 3 and done.stdout == b"64\n", machine, cpu, done)


def raw_boot(*options, seconds=30):
    """QEMU without our runner: what the console says until the machine is off."""
    argv = ["qemu-system-x86_64", "-M", "q35", "-nodefaults", "-no-reboot", "-display", "none",
            "-serial", "stdio", "-kernel", KERNEL, *options]
    return subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=seconds).stdout


def cannot_boot(why, *options):
    lines = raw_boot(*options).splitlines()
    check(len(lines) == 1 and lines[0].startswith(b"umk: cannot boot: ") and why in lines[0], why,
          lines)


cannot_boot(b"no boot archive", "-m", "128M")
with open(INITFS, "rb") as f:
    archive = f.read()
for name, data, why in (("empty", b"\0" * 512, b"archive"), ("cut", archive[:100_000], b"archive"),
                        ("noise", os.urandom(8192), b"archive"),
                        ("headless", b"0" + archive[1:200_000], b"archive")):
    with open(name, "wb") as f:
        f.write(data)
    cannot_boot(why, "-m", "128M", "-initrd", name)

# Too little memory for this archive is said; otherwise the system works.
out = raw_boot("-m", "32M", "-initrd", os.path.join(BUILD, "initfs.cpio"), "-append",
               "UMK_COMMAND_ARGC=1 UMK_COMMAND_0=ls", seconds=60)
check(b"cannot boot" in out or b"tmp" in out, out)

# What ran is what lies in the archive: the same bytes on both machines.
digests = {}
for umk in (UMK, os.path.join(BUILD, "umk")):
    done = subprocess.run([umk, "run", "--initfs", INITFS, "--", "sha256sum",
                           "/scheme/initfs/bin/ion", "/scheme/initfs/bin/init"],
                          capture_output=True, timeout=60)
    check(done.returncode == 0, done)
    digests[umk] = done.stdout
check(len(set(digests.values())) == 1, digests)
with open(os.path.join(BUILD, "user/stripped/bin/ion"), "rb") as f:
    check(hashlib.sha256(f.read()).hexdigest().encode() in digests[UMK], digests)

# A terminal: editing, the interrupt key, the end.
with Terminal([os.path.join(TOP, "scripts/qemu-run")]) as t:
    start = time.monotonic()
    t.prompt()
    check(time.monotonic() - start < 10, "the prompt took more than 10 s")
    check(t.command(b"echo hx\x7fi") == b"hi\n")
    t.type(b"sleep 1000\r")
    time.sleep(0.5)
    t.type(b"\x03")
    t.prompt(10)
    check(t.command(b"echo still here") == b"still here\n")
    t.type(b"exit 5\r")
    check(t.ended(20) == 5, "status of exit 5")

expect(run("true"), 0, b"", b"")
