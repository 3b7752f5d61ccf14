"""less at a terminal: the first page, the next, searching, the end, and out."""
from umk import Terminal, check, run_argv

TEXT = [b"line %d of the text" % n for n in range(1, 101)]
COMMAND = "seq -f 'line %.0f of the text' 100 >/tmp/text; TERM=xterm less /tmp/text; echo left: $?"

with Terminal(run_argv("env", "PATH=/usr/bin:/bin", "dash", "-c", COMMAND), (24, 80)) as t:
    page = t.until(rb"/tmp/text")
    check(TEXT[0] in page and TEXT[22] in page and TEXT[23] not in page, page)
    t.type(b" ")
    page = t.until(TEXT[45])
    check(TEXT[23] in page and TEXT[46] not in page, page)
    t.type(b"/77\r")
    t.until(rb"\x1b\[7m77\x1b")
    t.type(b"G")
    t.until(rb"\(END\)")
    t.type(b"g")
    t.until(TEXT[0])
    t.type(b"q")
    t.until(rb"left: 0\r\n")
    check(t.ended() == 0, "status")
