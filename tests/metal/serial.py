#!/usr/bin/env python3
"""The second serial line by its driver: bytes out and in, and again after the driver was killed.

timeout: 150
"""
import hashlib
import random
import socket
import threading

from umk import check, ion, need_umk

need_umk()
SENT = bytes(random.Random(1).randrange(256) for _ in range(3000))
got = []


def other_end(listener):
    """What sits at the line's other end: it says its piece and listens."""
    line, _ = listener.accept()
    check(line.recv(3, socket.MSG_WAITALL) == b"go\n")
    line.sendall(SENT)
    while data := line.recv(65536):
        got.append(data)


listener = socket.socket(socket.AF_UNIX)
listener.bind("line")
listener.listen()
thread = threading.Thread(target=other_end, args=(listener,), daemon=True)
thread.start()
PID = "ps | grep seriald | cut -d' ' -f1"
done = ion("echo go > /scheme/serial/1; head -c 3000 /scheme/serial/1 | sha256sum; "
           "seq 1 3000 > /scheme/serial/1; "
           f"kill -KILL @({PID}); sleep 0.5; printf '\\nagain\\n' > /scheme/serial/1; sleep 0.5",
           options=["--append", "UMK_SERIAL=1", "--qemu",
                    "-chardev socket,id=second,path=line",
                    "--qemu", "-serial chardev:second"], seconds=100)
check(done.returncode == 0, done)
check(done.stdout.split()[0].decode() == hashlib.sha256(SENT).hexdigest(), done)
thread.join(10)
out = b"".join(got)
lines = out.split(b"\n")
check(lines[-2:] == [b"again", b""] and lines[:2000] == [b"%d" % n for n in range(1, 2001)], out)
