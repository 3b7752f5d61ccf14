#!/usr/bin/env python3
# metal: no, it is about a disk image behind a driver of the host
"""The file system's server, the disk's driver, and both at once are killed without end below
programs that write, map, rename and fsync: after each death the programs find everything that was
reported to them, and at the end the image is clean.

timeout: 120
"""
import os
import random
import re
import signal
import subprocess
import time

from umk import BUILD, INITFS, SOAK, UMK, check, expect, host, make_image, need_umk, read_until

need_umk()
IMAGE = "root.img"
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 1 << 30)
SECONDS = 600 if SOAK else 12
PROGRAMS = 3
VICTIMS = (["redoxfs"], ["redoxfs"], ["disk"], ["disk", "redoxfs"], ["redoxfs", "disk"])


def kill(p, name):
    """It may be away already."""
    subprocess.run([UMK, "kill", "-i", str(p.pid), name], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


print(f"SEED={SEED}")
rng = random.Random(SEED)
make_image(IMAGE)
p = subprocess.Popen([UMK, "run", "--initfs", INITFS, "--image", IMAGE, "--", "ion"],
                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
p.stdin.write(b"export PATH = /scheme/initfs/bin; echo up\n")
p.stdin.flush()
read_until(p.stdout.fileno(), b"up\n")
for i in range(PROGRAMS):
    p.stdin.write(f"/scheme/initfs/tests/durable /data/d{i} {SECONDS} {SEED + i} &\n".encode())
p.stdin.write(b"wait; echo status $?\n")
p.stdin.flush()
read_until(p.stdout.fileno(), rb"(ready\n(?s:.*)){%d}" % PROGRAMS)
kills, short, end = 0, False, time.monotonic() + SECONDS - 1
while time.monotonic() < end:
    # Some deaths come before a server is back; not several in a row, for which init would wait
    # longer and longer, and give up in the end.
    short = not short and rng.random() < 0.3
    signal.sigtimedwait([], rng.random() * 0.1 if short else 0.3 + rng.random())
    for name in rng.choice(VICTIMS):
        kill(p, name)
        kills += 1
text = read_until(p.stdout.fileno(), rb"status \d+\n", SECONDS + 60)
p.stdin.close()
check(p.wait(20) == 0, "exit status", text)
done = re.findall(rb"^acked (\d+), outages (\d+),", text, re.M)
print(text.decode(errors="replace"))
check(len(done) == PROGRAMS and text.count(b"\n") == PROGRAMS + 1)
check(all(int(acked) > 10 and int(outages) > 0 for acked, outages in done), kills)
expect(host([os.path.join(BUILD, "tools/redoxfs-fsck"), IMAGE], seconds=60), 0)
print(f"{kills} kills")
