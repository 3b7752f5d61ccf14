#!/usr/bin/env python3
# metal: no, it looks at the terminal settings of the host; see metal/boot.py
"""umk run on a terminal: the prompt, keys, jobs, the end, and the terminal as it was before.

timeout: 120
"""
import time

from umk import INITFS, UMK, Terminal, check, need_umk

need_umk()
ARGV = [UMK, "run", "--initfs", INITFS]

with Terminal(ARGV) as t:
    start = time.monotonic()
    t.prompt()
    check(time.monotonic() - start < 3, "the prompt took more than 3 s")
    check(t.command(b"echo hi") == b"hi\n")
    check(b"null" in t.command(b"ls /scheme"))
    check(len(t.command(b"cat /scheme/sys/uname").splitlines()) >= 4)
    check(t.command(b"echo hi | cat > /tmp/x; cat /tmp/x") == b"hi\n")
    # The interrupt key ends the command, not the shell.
    t.type(b"sleep 1000\r")
    time.sleep(0.5)
    t.type(b"\x03")
    t.prompt(5)
    check(t.command(b"echo still here") == b"still here\n")
    # The end of input reaches a program, then the shell.
    t.type(b"cat\r")
    time.sleep(0.3)
    t.type(b"text\r")
    t.until(rb"text\r?\n(?s:.*)text\r?\n")
    t.type(b"\x04")
    t.prompt(5)
    t.type(b"exit 5\r")
    check(t.ended() == 5, "status of exit 5")
    check(t.attributes_restored(), "the terminal's attributes differ from those before")

with Terminal(ARGV) as t:
    t.prompt()
    t.type(b"\x04")
    t.ended()
    check(t.attributes_restored())

# The terminal goes away: so does the system.
with Terminal(ARGV) as t:
    t.prompt()
    t.hang_up()
    t.ended()
