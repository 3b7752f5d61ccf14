"""vim at a terminal: a text is typed, changed by command and by ex, written; the file has it."""
from umk import Terminal, check, run_argv

COMMAND = "TERM=xterm vim -u NONE /tmp/note; echo left: $?; cat /tmp/note"

with Terminal(run_argv("env", "PATH=/usr/bin:/bin", "dash", "-c", COMMAND), (24, 80)) as t:
    t.until(rb'"/tmp/note" \[New')
    t.type(b"ione two\rthree\x1b")
    t.until(rb"three")
    t.type(b"ggdwGP:%s/three/3/\r")
    t.type(b":wq\r")
    seen = t.until(rb"left: 0\r\n(?s:.*)\r\n.*\r\n")
    check(seen.endswith(b"left: 0\r\ntwo\r\none 3\r\n"), seen)
    check(t.ended() == 0, "status")
