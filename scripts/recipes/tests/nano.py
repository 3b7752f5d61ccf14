"""nano at a terminal: a text is typed, its lines exchanged and saved, and the file has them."""
from umk import Terminal, check, run_argv

COMMAND = "TERM=xterm nano /tmp/note; echo left: $?; cat /tmp/note"

with Terminal(run_argv("env", "PATH=/usr/bin:/bin", "dash", "-c", COMMAND), (24, 80)) as t:
    t.until(rb"GNU nano 7(?s:.*)Exit")
    t.type(b"one two\rthree")
    t.until(rb"three")
    t.type(b"\x0f")  # write out
    t.until(rb"File Name to Write: /tmp/note")
    t.type(b"\r")
    t.until(rb"Wrote 2 lines")
    t.type(b"\x1b\\\x0b")  # to the first line, and cut it
    t.type(b"\x1b/\x15")  # behind the last one, and paste it
    t.type(b"\x18")  # exit
    t.until(rb"Save modified buffer")
    t.type(b"y")
    t.until(rb"File Name to Write: /tmp/note")
    t.type(b"\r")
    seen = t.until(rb"left: 0\r\n(?s:.*)two\r\n")
    check(seen.endswith(b"left: 0\r\nthree\r\none two\r\n"), seen)
    check(t.ended() == 0, "status")
