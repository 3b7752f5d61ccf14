#!/usr/bin/env python3
"""Files in the root file system: making, copying, moving, listing, removing; errors.

timeout: 120
ways: emulated
"""
import random

from umk import bulk, check, expect, ion, need_umk, run

need_umk()

expect(ion("echo hi | cat > /tmp/x; cat /tmp/x"), 0, b"hi\n", b"")
expect(ion("mkdir /tmp/d; echo 1 > /tmp/d/a; echo 2 > /tmp/d/b; ls /tmp/d"), 0, b"a\nb\n")
expect(ion("echo 1 > /tmp/a; cp /tmp/a /tmp/b; rm /tmp/a; cat /tmp/b; ls /tmp"), 0, b"1\nb\n")
expect(ion("echo 1 > /tmp/a; mv /tmp/a /tmp/b; cat /tmp/b; ls /tmp"), 0, b"1\nb\n")
expect(ion("mkdir -p /tmp/a/b/c; rm -r /tmp/a; ls /tmp"), 0, b"")
expect(ion("cd /tmp; mkdir d; cd d; echo x > ../y; cat /tmp/y"), 0, b"x\n")

# The root was populated from the boot archive.
expect(run("cat", "/etc/hostname"), 0, b"umk\n")
check(b"root;0;0" in run("cat", "/etc/passwd").stdout)

# Larger than every buffer on the way, and not a multiple of any.
blob = random.Random(2).randbytes(bulk(2 << 20) + 12345)
done = ion("cat > /tmp/x; cp /tmp/x /tmp/y; rm /tmp/x; cat /tmp/y", stdin=blob, seconds=60)
expect(done, 0, blob)

# Errors.
for command, word in (("cat /tmp/none", b"/tmp/none"), ("rm /tmp/none", b"/tmp/none"),
                      ("mkdir /tmp", b"/tmp"), ("cat /tmp", b"/tmp"), ("cp /none /tmp/x", b"/none"),
                      ("mv /none /tmp/x", b"/none"), ("ls /none", b"/none"),
                      ("cd /none", b"/none"), ("echo x > /none/y", b"")):
    done = ion(command)
    check(done.returncode != 0 and done.stdout == b"" and word in done.stderr, command, done)

# The boot archive is read-only.
done = ion("echo x > /scheme/initfs/new")
check(done.returncode != 0, done)
