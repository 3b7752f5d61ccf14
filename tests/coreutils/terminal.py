#!/usr/bin/env python3
"""Utilities on a terminal: keys typed at a pty, and what is then on the screen.

Each test gets start(TEXT, columns=80, rows=24), which runs TEXT, lines that mean the same to sh and
to ion, in an empty folder on a terminal of its own. Run as a program it tests the programs on the
host, under sanitizers; tests/system/terminal.py runs the same inside the system.

  terminal.py [--bin FOLDER] [NAME...]
"""
import argparse
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
import run  # noqa: E402

sys.path.insert(0, str(HERE.parent / "system"))
from session import (DOWN, END, ESC, HOME, LEFT, RIGHT, UP, Failed, Session, ctrl,  # noqa: E402
                     run_tests)

PAGE_UP, PAGE_DOWN = "\x1b[5~", "\x1b[6~"
DONE = "-- done"
INSIDE = {"top", "tables", "logger"}  # tests that only the system can run
# what is built to be tested on the host; the rest is the host's
TOOLS = ["less", "more", "ls", "stty", "reset", "install"]


class Run(Session):
    """What start() gives."""

    def top(self, *rows):
        """These rows at the top of the screen."""
        self.until(lambda: self.screen.lines()[:len(rows)] == list(rows), f"at the top {rows}")

    def prompt(self, text):
        """The bottom row, with the cursor."""
        self.until(lambda: self.screen.row == self.screen.rows - 1 and self.row() == text,
                   f"prompt {text!r}")

    def press(self, keys, *rows):
        self.type(keys)
        self.top(*rows)

    def done(self, status=0):
        got = self.ended()
        if got != status:
            raise Failed(f"status {got} in the place of {status}")

    def styles(self, row):
        return [style for style, cell in zip(self.screen.styles[row], self.screen.cells[row])
                if cell != " "]


def rows(first, last):
    return [str(n) for n in range(first, last + 1)]


def test_less_moves(start):
    s = start("seq 1 1000 > numbers; exec less numbers")
    s.top(*rows(1, 23))
    s.prompt("numbers")
    s.press(" ", *rows(24, 46))
    s.prompt(":")
    s.press("\r", *rows(25, 47))
    s.press("5j", *rows(30, 52))
    s.press("y", *rows(29, 51))
    s.press("b", *rows(6, 28))
    s.press("d", *rows(18, 40))
    s.press("u", *rows(6, 28))
    s.press("10d", *rows(16, 38))
    s.press(ctrl("u"), *rows(6, 28))
    s.press("g", *rows(1, 23))
    s.press("G", *rows(978, 1000))
    s.prompt("(END)")
    s.press(" ", *rows(978, 1000))
    s.press(UP, *rows(977, 999))
    s.press(DOWN, *rows(978, 1000))
    s.press(PAGE_UP, *rows(955, 977))
    s.press(PAGE_DOWN, *rows(978, 1000))
    s.press(HOME, *rows(1, 23))
    s.press(END, *rows(978, 1000))
    s.press("500g", *rows(500, 522))
    s.press("50p", *rows(514, 536))
    s.press("ma", *rows(514, 536))
    s.press("g", *rows(1, 23))
    s.press("'a", *rows(514, 536))
    s.press("''", *rows(1, 23))
    s.type("=")
    s.prompt("numbers  file 1 of 1  lines 1-23/1000  byte 60/3893")
    s.type("x")
    s.prompt("No such command: h for help")
    s.type("q")
    s.done()


def test_less_searches(start):
    s = start("seq 1 1000 > numbers; exec less -i numbers")
    s.top("1")
    s.type("/99")
    s.prompt("/99")
    s.press("\r", *rows(99, 121))
    if not all(";7" in style for style in s.styles(0)):
        raise Failed("what was found is not marked")
    s.press("n", *rows(199, 221))
    s.press("3n", *rows(499, 521))
    s.press("N", *rows(399, 421))
    s.press("?^1.$\r", *rows(19, 41))
    s.press("n", *rows(18, 40))
    s.press("N", *rows(19, 41))
    s.type("/nothing\r")
    s.prompt("Pattern not found")
    s.type("/[\r")
    s.prompt("Invalid pattern: [")
    s.press("g", *rows(1, 23))
    s.press("/!^[0-9]$\r", *rows(10, 32))
    s.type("/abc")
    s.prompt("/abc")
    s.type("\x7f" * 4)
    s.prompt(":")
    s.type("/abc")
    s.prompt("/abc")
    s.type(ctrl("c"))
    s.prompt(":")
    s.type("q")
    s.done()


def test_less_lines(start):
    """Long lines, in rows and cut; numbers; a window of another size."""
    s = start("seq -s ' ' 1 60 > wide; seq 1 50 >> wide; exec less wide", columns=40, rows=10)
    long = " ".join(rows(1, 60))
    s.top(long[:40].rstrip(), long[40:80].rstrip(), long[80:120].rstrip(), long[120:160].rstrip(),
          long[160:], *rows(1, 4))
    s.press("j", long[40:80].rstrip(), long[80:120].rstrip())
    s.press("k", long[:40].rstrip())
    s.press("-S", long[:40].rstrip(), *rows(1, 8))
    s.press(RIGHT, long[20:60].rstrip(), "", "")
    s.press(LEFT, long[:40].rstrip(), *rows(1, 8))
    s.press("-N", "      1 " + long[:32].rstrip(), "      2 1")
    s.press("-N", long[:40].rstrip(), *rows(1, 8))
    s.press("-S", long[:40].rstrip(), long[40:80].rstrip())
    s.size(60, 8)
    s.process.send_signal(28)
    s.top(long[:60].rstrip(), long[60:120].rstrip(), long[120:], *rows(1, 4))
    s.type("q")
    s.done()


def test_less_text(start):
    """What is no plain text."""
    s = start(r"printf 'd\303\251j\303\240 \344\275\240\345\245\275 e\314\201|\n\001\033x\377\177\n"
              r"a\tb\nb\bbo\bold _\bu\n\033[31mred\033[m\n\n\n\nend\n' > text; exec less text")
    s.top("déjà 你好 e\u0301|", "^A^[x<FF>^?", "a       b", "bold u", "^[[31mred^[[m", "", "", "",
          "end", "~")
    if ";1" not in s.screen.styles[3][0] or ";4" not in s.screen.styles[3][5]:
        raise Failed("what was struck over is neither bold nor underlined")
    s.press("-R", "déjà 你好 e\u0301|", "^A^[x<FF>^?", "a       b", "bold u", "red")
    if "31" not in s.screen.styles[4][0]:
        raise Failed("no colour")
    s.press("-s", "déjà 你好 e\u0301|", "^A^[x<FF>^?", "a       b", "bold u", "red", "", "end")
    s.press("/bold\r", "déjà 你好 e\u0301|")
    s.press("/好\r", "déjà 你好 e\u0301|")
    s.type("q")
    s.done()


def test_less_files(start):
    s = start("seq 1 3 > a; seq 11 13 > b; exec less a nosuch b")
    s.top(*rows(1, 3), "~")
    s.prompt("a (file 1 of 2) (END) - Next: b")
    s.press(":n", *rows(11, 13), "~")
    s.type(":n")
    s.prompt("No next file")
    s.press(":p", *rows(1, 3), "~")
    s.type("h")
    s.prompt("Help: q to go back")
    s.press("q", *rows(1, 3), "~")
    s.type("q")
    s.done(1)


def test_less_input(start):
    """From a pipe; what passes through; options."""
    s = start("seq 1 500 | less")
    s.press("", *rows(1, 23))
    s.press("G", *rows(478, 500))
    s.press("g/321\r", *rows(321, 343))
    s.type("q")
    s.done()
    s = start("seq 1 100 > n; exec less +50 n")
    s.press("", *rows(50, 72))
    s.type("q")
    s.done()
    s = start("seq 1 100 > n; exec less -N +/77 n")
    s.press("", *[f"{n:7} {n}" for n in range(77, 100)])
    s.type(ctrl("c"))
    s.done(2)
    s = start("seq 1 3 | less -F; seq 4 6 | less | cat; echo " + DONE)
    s.until(lambda: s.row() == "" and s.screen.lines()[:7] == [*rows(1, 6), DONE], "six lines")
    s.done()
    s = start("less nosuch; test $? = 1 && echo " + DONE)
    s.until(lambda: DONE in s.screen.text(), "the status")
    if "less: nosuch: No such file or directory" not in s.screen.text():
        raise Failed(s.screen.text())
    s.done()


def test_less_follows(start):
    s = start("echo first > log; sh -c 'sleep 1; echo second >> log; sleep 1; echo third >> log' & "
              "exec less +F log")
    s.top("first", "~")
    s.prompt("Waiting for data... (^C to stop)")
    s.top("first", "second", "~")
    s.top("first", "second", "third", "~")
    s.type(ctrl("c"))
    s.prompt("(END)")
    s.type("q")
    s.done()


def test_less_long(start):
    """One line of 10 MB."""
    s = start("yes abcdefghi | head -1000000 | tr -d '\\n' > one; exec less one")
    s.top(("abcdefghi" * 9)[:80])
    s.prompt("one")
    s.type("G")
    s.prompt("(END)")
    s.press("g", ("abcdefghi" * 9)[:80])
    s.type("q")
    s.done()


def test_more(start):
    s = start("seq 1 60 > n; more n; echo " + DONE)
    s.top(*rows(1, 23))
    s.prompt("--More--(35%)")
    s.press("\r", *rows(2, 24))
    s.press(" ", *rows(25, 47))
    s.type(" ")
    s.until(lambda: s.screen.lines()[-3:] == ["60", DONE, ""], "the end")
    s.done()
    s = start("seq 1 5 | more; seq 1 60 | more; echo " + DONE)
    s.prompt("--More--")
    s.type("q")
    s.until(lambda: DONE in s.screen.text(), "the end")
    s.done()


def test_top(start):
    s = start("sleep 100 & exec top -d 1")
    titles = "  PID USER     S  THR   %CPU  PRIVATE   SHARED      TIME NAME"
    s.until(lambda: s.screen.lines()[3] == titles and len(s.screen.lines()[5]) > 60, "the table")
    s.type("P")
    s.until(lambda: s.screen.lines()[4].split()[::8] == ["1", "init"], "the first process")
    s.type("r")
    s.until(lambda: s.screen.lines()[4].split()[-1] == "sleep", "the last process")
    s.type("N")
    s.until(lambda: s.screen.lines()[4].split()[-1] == "zerod", "the last name")
    s.type("h")
    s.until(lambda: s.screen.lines()[2].startswith("q ends; sort: C cpu"), "help")
    s.type("k")
    s.until(lambda: s.screen.lines()[2] == "End process:", "the question")
    s.type("999999\r")
    s.until(lambda: s.screen.lines()[2] == "cannot end 999999: No such process", "the answer")
    s.type("q")
    s.done()
    s = start("top -b -n 2 -d 0.2 -o pid | grep -c ' init$'; echo " + DONE)
    s.until(lambda: s.screen.lines()[:2] == ["2", DONE], "two tables")
    s.done()


def test_stty(start):
    """The terminal's size and settings, shown and changed."""
    s = start("stty size; stty -echo; stty -a | grep -c -e -echo; stty sane; "
              "stty -a | grep -c -e -echoe; stty intr ^K; "
              "stty -a | grep -o 'intr = ^K'; stty sane; "
              "stty nonsense; echo " + DONE)
    s.until(lambda: DONE in s.screen.lines(), "the end")
    if s.screen.lines()[:4] != ["24 80", "1", "0", "intr = ^K"]:
        raise Failed(s.screen.text())
    if not s.screen.lines()[4].startswith("stty: invalid argument 'nonsense'"):
        raise Failed(s.screen.text())
    s.done()


def test_reset(start):
    """A terminal without echo, lines, and returns is a usual one again, and empty."""
    s = start("echo before; stty -echo -icanon -opost -icrnl; reset; echo ready; exec cat")
    s.top("ready", "")
    s.type("typed\r")
    s.top("ready", "typed", "typed", "")
    s.type(ctrl("d"))
    s.done()


def test_install(start):
    s = start("echo text > a; echo old > b; install -v -m 640 a b; cat b; stat -c %a b; "
              "install -d -m 700 d/e; stat -c %a d/e; install -t d a b; ls d; "
              "install a nosuch/b; echo " + DONE)
    s.until(lambda: DONE in s.screen.lines(), "the end")
    rows = s.screen.lines()
    if rows[:2] != ["removed 'b'", "'a' -> 'b'"] or rows[2:5] != ["text", "640", "700"] or \
            rows[5].split() != ["a", "b", "e"] or "nosuch/b" not in rows[6]:
        raise Failed(s.screen.text())
    s.done()


def test_logger(start):
    """What is written to the log is in it."""
    s = start("logger -t me first words; logger -p daemon.err -t me second; sleep 0.3; "
              "cat /scheme/sys/log; echo; echo " + DONE)
    s.until(lambda: DONE in s.screen.lines(), "the end")
    if "<13>me: first words" not in s.screen.text() or "<27>me: second" not in s.screen.text():
        raise Failed(s.screen.text())
    s.done()


def test_listings(start):
    """What is pleasant on a terminal, and plain in a pipe."""
    s = start("mkdir dir; echo > file; echo > run; chmod 755 run; ln -s dir link; ls; ls | cat; "
              "ls --color=always | cat; echo " + DONE, columns=40)
    s.until(lambda: DONE in s.screen.lines(), "the end")
    if s.screen.lines()[:5] != ["dir  file  link  run", "dir", "file", "link", "run"]:
        raise Failed(s.screen.text())
    if [s.screen.styles[0][c] for c in (0, 5, 11, 17)] != [";1;34", "", ";1;36", ";1;32"]:
        raise Failed(f"colours {s.screen.styles[0]}")
    if any(s.screen.styles[row][0] for row in range(1, 5)):
        raise Failed("colour in a pipe")
    s = start("mkdir w; cd w; echo > 你好; echo > bbbbbbbbbbbbbbbbbb; echo > c; ls", columns=30)
    s.until(lambda: "c" in s.screen.text(), "the list")
    s.done()


def test_tables(start):
    s = start("df; df | cat; free; free | cat; ps; ps | cat; echo " + DONE, columns=100, rows=80)
    s.until(lambda: DONE in s.screen.text(), "the end")
    text = s.screen.text()
    for what in ("/scheme/memory       1.0G", "/scheme/memory    1048576", "Mem:        1.0G",
                 "Mem:     1048576", "    1 root     B ", "1     0     0     UB"):
        if what not in text:
            raise Failed(f"no {what!r} in\n{text}")
    s.done()


TESTS = {name[5:]: fn for name, fn in globals().items() if name.startswith("test_")}


def run_all(start, names):
    """start(TEXT, columns, rows) gives a Run. The number of failures."""
    def begin(text, columns=80, rows=24):
        return start(text, columns, rows)
    return run_tests("terminal", TESTS, names, begin)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        base = pathlib.Path(name)
        binaries = args.bin.resolve() if args.bin else run.build(base, TOOLS)
        count = 0

        def start(text, columns, rows):
            nonlocal count
            count += 1
            folder = base / f"here{count}"
            folder.mkdir()
            env = {"PATH": f"{binaries}:/usr/bin:/bin", "HOME": str(folder), "TERM": "xterm",
                   "LC_ALL": "C.UTF-8", "ASAN_OPTIONS": "detect_leaks=0"}
            return Run(["sh", "-c", text], columns, rows, cwd=folder, env=env)
        names = args.names or [name for name in TESTS if name not in INSIDE]
        return 1 if run_all(start, names) else 0


if __name__ == "__main__":
    sys.exit(main())
