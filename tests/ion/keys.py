#!/usr/bin/env python3
"""The interactive shell on a terminal: keys typed at a pty, and what is then on the screen.

Each test gets a fresh shell with the prompt "> ". Run as a program it tests ion on the host, under
sanitizers (or the binary named); tests/system/ion_keys.py runs the same inside the system.

  keys.py [--ion FILE] [NAME...]
"""
import argparse
import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "system"))
sys.dont_write_bytecode = True
from session import (BACKTAB, DELETE, DOWN, END, ESC, HOME, LEFT, RIGHT, UP, Failed,  # noqa: E402
                     Session, ctrl, run_tests)


class Shell(Session):
    """Ion, with the prompt "> "."""

    def clear(self):
        """Drops the line; a mark shows that it is gone."""
        self.type(ctrl("c"))
        self.expect(">", 2)

    def run(self, line, *output):
        """Types a line and expects its output and a new prompt."""
        self.type(line + "\r")
        self.expect_rows("> " + line, *output, ">")


def test_emacs(s):
    s.keys("echo one two", "> echo one two", 14)
    s.keys(ctrl("a"), "> echo one two", 2)
    s.keys(ctrl("f") + RIGHT, "> echo one two", 4)
    s.keys(ctrl("b"), "> echo one two", 3)
    s.keys(END, "> echo one two", 14)
    s.keys(ESC + "b", "> echo one two", 11)
    s.keys(ESC + "b", "> echo one two", 7)
    s.keys(ESC + "f", "> echo one two", 10)
    s.keys("X", "> echo oneX two", 11)
    s.keys("\x7f", "> echo one two", 10)
    s.keys(HOME + DELETE, "> cho one two", 2)
    s.keys(ctrl("d"), "> ho one two", 2)
    s.keys(ctrl("e") + ctrl("w"), "> ho one", 9)
    s.keys(ESC + "\x7f", "> ho", 5)
    s.keys(ctrl("x"), "> ho one", 9)
    s.keys(ctrl("a") + ctrl("k"), ">", 2)
    s.keys("a\\ b c", "> a\\ b c", 8)
    s.keys(LEFT + LEFT + ESC + "b", "> a\\ b c", 2)
    s.keys(ctrl("e") + ctrl("u"), ">", 2)
    s.keys("abc", "> abc")
    s.keys(ESC + "r", ">", 2)
    s.keys("ac" + LEFT + "b", "> abc", 4)
    s.clear()


def test_wide(s):
    s.keys("echo 你好é", "> echo 你好é", 12)
    s.keys(LEFT + LEFT, "> echo 你好é", 9)
    s.keys("\x7f", "> echo 好é", 7)
    s.keys("e\u0301", "> echo e\u0301好é", 8)
    s.keys(LEFT + DELETE, "> echo 好é", 7)
    s.keys(ctrl("e") + ctrl("u") + "x" * 77, "> " + "x" * 77, 79)
    s.keys("y", "", 0)
    s.keys("你", "你", 2)
    s.keys(ctrl("a"), "> " + "x" * 77 + "y", 2)
    s.clear()
    s.keys("z" * 77 + "你", "你", 2)
    s.clear()
    s.run("echo ö", "ö")


def test_history(s):
    s.run("echo one", "one")
    s.run("echo two", "two")
    s.run("true one")
    s.run(" echo hidden", "hidden")
    s.run("echo two", "two")
    s.keys(UP, "> echo two")
    s.keys(UP, "> true one")
    s.keys(ctrl("p"), "> echo one")
    s.keys(DOWN, "> true one")
    s.keys(ctrl("n") + DOWN, ">", 2)
    # Those that begin with what was typed, then those that contain it.
    s.keys("one" + UP, "> true one")
    s.keys(UP, "> echo one")
    s.keys(DOWN + DOWN, "> one")
    s.keys(ctrl("u") + "ec" + UP, "> echo two")
    s.keys(UP, "> echo one")
    s.keys("X", "> echo oneX")
    s.clear()
    s.keys("x" + ESC + ".", "> xtwo")
    s.keys(ESC + ".", "> xone")
    s.clear()
    s.keys(UP + UP + ESC + ">", ">", 2)
    s.clear()
    s.type("false !$ !^\r")
    s.expect_rows("> false !$ !^", ">")
    s.keys(UP, "> false two two")
    s.clear()
    s.run("echo a; !!", "a")


def test_suggestions(s):
    s.run("echo suggested", "suggested")
    s.keys("ec", "> echo suggested", 4)
    if "33" not in s.screen.styles[s.screen.row][5]:
        raise Failed("the suggestion is not yellow")
    s.keys(RIGHT, "> echo suggested", 16)
    s.keys(ctrl("u") + "ech" + ctrl("f"), "> echo suggested", 16)
    s.keys(ctrl("u") + "ec\r", ">", 2)
    s.expect_rows("> ec", "ion: command not found: ec", ">")


def test_search(s):
    s.run("echo first", "first")
    s.run("echo second", "second")
    s.run("true")
    s.keys(ctrl("r") + "echo", "(search)'echo` (1/2): echo second")
    s.keys(ctrl("r"), "(search)'echo` (2/2): echo first")
    s.keys(ctrl("r"), "(search)'echo` (1/2): echo second")
    s.keys(ctrl("s"), "(search)'echo` (2/2): echo first")
    s.keys("zz", "(search)'echozz` (0/0):")
    s.keys("\x7f\x7f", "(search)'echo` (2/2): echo first")
    s.keys(UP, "(search)'echo` (1/2): echo second")
    s.keys(ctrl("f"), "> echo second", 13)
    s.keys(ctrl("r") + "fir", "(search)'fir` (1/1): echo first")
    s.type("\r")
    s.expect_rows("> echo first", "first", ">")
    s.keys("typed" + ctrl("r") + "sec", "(search)'sec` (1/1): echo second")
    s.keys(ctrl("c"), "> typed")
    s.clear()


def test_completion(s):
    s.run("mkdir t; cd t; mkdir -p src/bin")
    s.run("echo > 'with blank'; echo > one.txt; echo > 'b[1]'")
    s.keys("cat w\t", "> cat with\\ blank", 18)
    s.keys(ctrl("u") + "ls s/b\t", "> ls src/bin/", 13)
    s.keys(ctrl("u") + "cat b\t", "> cat 'b[1]'", 13)
    s.keys(ctrl("u") + "cat \"w\t", '> cat "with blank"', 19)
    s.keys(ctrl("u") + "starts\t", "> starts-with", 14)
    s.keys(ctrl("u") + "let longname = 1; let longarray = [1]\r", ">", 2)
    s.keys("echo $longn\t", "> echo $longname", 17)
    s.keys(ctrl("u") + "echo x@longa\t", "> echo x@longarray", 19)
    s.keys(ctrl("u") + "echo ${longn\t", "> echo ${longname}", 19)
    s.keys(ctrl("u") + "mapfile --k\t", "> mapfile --keep-empty", 23)
    s.keys(ctrl("u") + "true; ends\t", "> true; ends-with", 18)
    s.keys(ctrl("u") + "fn longfunction; end\r", ">", 2)
    s.keys("longf\t", "> longfunction", 15)
    # What is common, then a list; Tab walks through it, Enter takes without running.
    s.clear()
    s.run("echo > aa1; echo > aa2; echo > aa3")
    s.keys("cat a\t", "> cat aa", 8)
    s.type("\t")
    s.expect_rows("aa1  aa2  aa3", "> cat aa")
    s.keys("\t", "> cat aa1")
    s.keys("\t", "> cat aa2")
    s.keys(BACKTAB, "> cat aa1")
    s.keys("\t\r", "> cat aa2")
    s.keys(" x", "> cat aa2 x")
    s.clear()
    s.keys("cat nothing\t", "> cat nothing")
    s.clear()


def test_many_rows(s):
    s.type("if true\r")
    s.expect_rows("> if true", "    ")
    s.type("for i in 1..3\r")
    s.expect("        ", 8)
    s.type("echo $i\rend\r")
    s.expect("    ", 4)
    s.type("end\r")
    s.expect_rows("        end", "    end", "1", "2", ">")
    s.keys(UP, "> if true; for i in 1..3; echo $i; end; end")
    s.clear()
    s.type("echo 'a\rb'\r")
    s.expect_rows("> echo 'a", "    b'", "a", "b", ">")
    s.type("true &&\recho c\r")
    s.expect_rows("> true &&", "    echo c", "c", ">")
    s.keys(UP, "> true && echo c")
    s.clear()
    s.type("echo @(\recho d\r)\r")
    s.expect_rows("    )", "d", ">")
    s.type("echo on\\\r")
    s.expect_rows("> echo on\\", "  ")
    s.type("  e\r")
    s.expect_rows("> echo on\\", "    e", "one", ">")
    # Ctrl-C drops the row, blocks stay open; Ctrl-D closes the innermost.
    s.type("if true\rwhile true\rbad" + ctrl("c"))
    s.expect_rows("        bad", "        ")
    s.type(ctrl("d"))
    s.expect("    ", 4)
    s.type("echo e\rend\r")
    s.expect_rows("    end", "e", ">")


def test_errors_before_running(s):
    s.type("echo ran; echo )\r")
    s.until(lambda: "syntax error: line 1, column 16: unexpected ')'" in s.screen.lines(),
            "the error")
    s.expect("> echo ran; echo )", 17)
    if "ran" in s.screen.lines():
        raise Failed("it ran")
    s.keys(ctrl("d") + "x", "> echo ran; echo x")
    s.type("\r")
    s.expect_rows("> echo ran; echo x", "ran", "x", ">")
    s.type("end\r\r")
    s.expect_rows("> end", "ion: block error: line 1, column 1: 'end' without a block to belong to",
                  ">")
    s.run("echo $nope", 'ion: expansion error: Variable "nope" does not exist')
    s.run("echo $?", "1")


def test_paste(s):
    s.type("\x1b[200~echo a\recho b\x03\x1b[201~")
    s.expect_rows("> echo a", "  echo b")
    s.type("\r")
    s.expect_rows("> echo a", "  echo b", "a", "b", ">")
    s.type("\x1b[200~echo\tc\x1b[201~")
    s.expect("> echo    c")
    s.clear()


def test_resize(s):
    s.keys("echo " + "abcdefghij" * 6, "> echo " + "abcdefghij" * 6)
    s.size(40, 24)
    s.type(" ")
    s.until(lambda: "> echo abcdefghijabcdefghijabcdefghijabc" in s.screen.lines(), "the new rows")
    s.expect("defghijabcdefghijabcdefghij", 28)
    s.clear()
    s.run("echo " + "x" * 33, "x" * 33)
    s.size(80, 24)
    s.type("y")
    s.expect("> y")
    s.clear()


VI = [
    ("abc def", "0x", "bc def"), ("abc def", "0dw", "def"), ("abc def", "0cwX" + ESC, "X def"),
    ("abc def", "D", "abc de"), ("abc def", "0D", ""), ("abc def", "dd", ""),
    ("abc def", "ccxy" + ESC, "xy"), ("abc def", "Fbx", "ac def"), ("abc def", "0tcx", "ac def"),
    ("abc def", "0fd~", "abc Def"), ("abc def", "0rX", "Xbc def"), ("abc def", "03rY", "YYY def"),
    ("abc def", "0iX" + ESC, "Xabc def"), ("abc def", "0aX" + ESC, "aXbc def"),
    ("abc def", "0AX" + ESC, "abc defX"), ("abc def", "hhIX" + ESC, "Xabc def"),
    ("abc def", "0x..", " def"), ("a b c d", "0dw..", "d"), ("a b c d", "02dw", "c d"),
    ("a b c d", "0d2w", "c d"), ("abc def", "0xu", "abc def"), ("abc def", "bD", "abc"),
    ("abc def", "0ex", "ab def"), ("abc.def", "0wx", "abcdef"), ("abc.def x", "0Wx", "abc.def"),
    ("abc def", "gex", "ab def"), ("abc def", "0s1" + ESC, "1bc def"), ("a,b,c", "0f,;x", "a,bc"),
    ("a,b,c", "0f,;,x", "ab,c"), ("abc def", "0wC1" + ESC, "abc 1"), ("abc", "0lS1" + ESC, "1"),
    ("abc def", "0dfc", " def"), ("abc def", "0dtc", "c def"), ("abc def", "db", "abc f"),
    ("abc def", "0cwX" + ESC + "w.", "X X"), ("äöü", "hx", "äü"), ("abc def", "0de", " def"),
    ("abc def", "d0", "f"), ("abc def", "0d$", ""), ("abc", "05x", ""), ("  abc", "^x", "  bc"),
]


def test_vi(s):
    s.run("echo old", "old")
    s.type("keybindings vi; let VI_INSERT = 'I'; let VI_NORMAL = 'N'\r")
    s.expect("I>", 3)
    for text, keys, want in VI:
        s.keys(text, "I> " + text)
        s.keys(ESC, "N> " + text)
        s.type(keys + ESC)
        s.expect("N> " + want)
        s.type(ctrl("c"))
        s.expect("I>", 3)
    s.keys("ec" + ESC + "k", "N> echo old", 3)
    s.keys("j", "N> ec")
    s.keys(ctrl("c"), "I>", 3)
    s.type("echo in" + ESC + "\r")
    s.expect_rows("N> echo in", "in", "I>")
    s.type("keybindings emacs\r")
    s.expect(">", 2)


def test_prompt(s):
    s.type("fn PROMPT; false; echo -n 'two' $unescape(\"rows\\n\") '${c::red}'\"% \"; end\r")
    s.until(lambda: s.row().endswith("%"), "the function's prompt")
    s.type("echo $?\r")
    s.until(lambda: "0" in s.screen.lines(), "the status")
    s.type("drop PROMPT; let PROMPT = 'a ${c::red}b> '\r")
    s.expect("a b>", 5)
    s.type("let PROMPT = '$nope'\r")
    s.until(lambda: s.row() == ">>>", "the spare prompt")
    s.type("let PROMPT = '> '\r")
    s.expect(">", 2)
    s.run("echo -n unfinished", "unfinished⏎")
    s.type(ctrl("l"))
    s.until(lambda: s.screen.row == 0, "a clear screen")
    s.expect(">", 2)


def test_unknown(s):
    s.run("nosuch_ x", "ion: command not found: nosuch_")
    s.run("echo $?", "127")
    s.run("mkdir -p there; there")
    s.run("echo $basename($PWD)", "there")
    s.run("fn COMMAND_NOT_FOUND n; echo no $n; end")
    s.run("nosuch_", "no nosuch_")


def start_and_wait(s, line):
    """Runs a program that says nothing, and gives it time to be there."""
    s.type(line + "\r")
    s.expect("", 0)
    time.sleep(0.5)


def test_jobs(s):
    start_and_wait(s, "sleep 100")
    s.type(ctrl("c"))
    s.until(lambda: any("ended by signal SIGINT" in r for r in s.screen.lines()), "the note")
    s.expect(">", 2)
    start_and_wait(s, "sleep 100")
    s.type(ctrl("z"))
    s.until(lambda: any("Stopped" in r for r in s.screen.lines()), "the stop")
    s.expect(">", 2)
    s.type("jobs\r")
    s.until(lambda: any(r.startswith("[0] ") and "Stopped" in r for r in s.screen.lines()), "jobs")
    s.expect(">", 2)
    start_and_wait(s, "fg")
    s.type(ctrl("c"))
    s.expect(">", 2)
    s.type("jobs; echo end\r")
    s.until(lambda: "end" in s.screen.lines(), "the end of jobs")
    s.expect(">", 2)
    # A job's end is told without a key.
    for tenths in range(10):
        s.run("true")
        s.type(f"sleep 0.0{tenths} &\r")
        s.until(lambda: any("exited with 0" in r for r in s.screen.lines()), "the notice")
        s.type(ctrl("l"))
        s.until(lambda: s.screen.row == 0, "a clear screen")
    s.type("sleep 0.7 &\r")
    s.keys("typing", "> typing")
    s.until(lambda: any("exited with 0" in r for r in s.screen.lines()), "the notice")
    s.expect("> typing")
    s.clear()


def test_read(s):
    s.type("read v w\r")
    s.expect("v=", 2)
    s.type(" on" + LEFT + "\x7fi\r")
    s.expect("w=", 2)
    s.type("two\r")
    s.expect(">", 2)
    s.run("echo $v/$w", "in/two")
    s.type("read v\rahead\recho $v\r")
    s.expect_rows("> read v", "v=ahead", "> echo $v", "ahead", ">")
    s.type("read v\r")
    s.expect("v=", 2)
    s.type(ctrl("c"))
    s.expect(">", 2)
    s.run("echo $?", "1")
    s.type("math\r")
    s.expect("ion-math:", 10)
    s.type("1 + 2\r")
    s.expect_rows("ion-math: 1 + 2", "3", "ion-math:")
    s.type("exit\r")
    s.expect(">", 2)


def test_long(s):
    s.type("echo " + "x" * 20000 + "\r")
    s.until(lambda: s.row() == ">" and s.screen.lines()[s.screen.row - 3] == "x" * 80,
            "the text")


def test_builtins(s):
    s.run("echo one", "one")
    s.type("history\r")
    s.expect_rows("echo one", ">")
    s.run("history +nothing", "ion: history: unknown option '+nothing'")
    s.run("let HISTORY_IGNORE = [regex:secret]")
    s.run("echo secret", "secret")
    s.keys(UP, "> let HISTORY_IGNORE = [regex:secret]")
    s.clear()
    s.run("huponexit; huponexit off; keybindings x", "ion: keybindings: needs 'vi' or 'emacs'")
    s.run("set -e; false", "ion: pipeline execution error: early exit: pipeline failed with error "
          "code 1")
    s.run("set +e; echo on", "on")
    s.type("let RECORD_SUMMARY = 1\r")
    s.type("true\r")
    s.until(lambda: any(r.startswith("#summary# ") for r in s.screen.lines()), "the summary")


def test_timestamps(s):
    """An entry with the time before each command; that the file is switched off changes nothing."""
    s.run("let HISTORY_TIMESTAMP = 1; let HISTFILE_ENABLED = 0")
    s.run("echo one", "one")
    s.keys(UP, "> echo one")
    s.type(UP)
    s.until(lambda: s.row().startswith("> #1") and s.row()[3:].isdigit(), "the time")
    s.clear()


def inner(s, *rows, config="c"):
    """Another shell at this one's terminal, with files of its own; the rows it says before its
    prompt, "in> "."""
    s.type(f"XDG_CONFIG_HOME=$PWD/{config} XDG_DATA_HOME=$PWD/d XDG_CONFIG_DIRS=$PWD/sys $ION\r")
    s.until(lambda: s.row() == "in>" and all(r in s.screen.lines() for r in rows), "in>")


def test_initrc(s):
    """It is run up to its first error; what it sets about the history counts."""
    s.run("mkdir -p c/ion d/ion sys/ion; echo > d/ion/history")
    s.run("printf 'let PROMPT = \"in> \"\\nlet HISTORY_IGNORE = [all]\\n' > c/ion/initrc")
    s.run("printf 'alias greet = \"echo hello\"\\necho $no\\nalias no = x\\n' >> c/ion/initrc")
    inner(s, 'ion: expansion error: Variable "no" does not exist')
    s.type("greet\r")
    s.expect_rows("in> greet", "hello", "in>")
    s.type("no\r")
    s.expect_rows("in> no", "ion: command not found: no", "in>")
    s.keys(UP, "in>")
    s.type("exit\r")
    s.expect(">", 2)
    s.type("XDG_CONFIG_HOME=$PWD/c $ION -c greet\r")
    s.until(lambda: any(r.endswith("command not found: greet") for r in s.screen.lines()),
            "a script that knows no initrc")
    s.expect(">", 2)
    # The system's, where the user has none; then an empty one is made.
    s.type(ctrl("l"))
    s.run("cp c/ion/initrc sys/ion")
    inner(s, config="none")
    s.type("exit\r")
    s.expect(">", 2)
    s.run("rm -r sys d; test -e none; echo $?", "1")
    s.type("XDG_CONFIG_HOME=$PWD/none XDG_DATA_HOME=$PWD/d XDG_CONFIG_DIRS=$PWD/sys $ION\r")
    s.until(lambda: any(r.startswith("ion: the history is kept in ") for r in s.screen.lines()),
            "the notice")
    s.until(lambda: s.row().endswith(("#", "$")), "the prompt without initrc")
    s.type("exit\r")
    s.expect(">", 2)
    s.run("wc -c < none/ion/initrc", "0")


def test_history_file(s):
    """Read at the start, written as a whole at the end, or entry by entry."""
    s.run("mkdir -p c/ion d/ion folder")
    s.run("echo 'let PROMPT = \"in> \"' > c/ion/initrc")
    s.run("printf 'echo old\\n#note\\necho twice\\necho twice\\n' > d/ion/history")
    inner(s)
    s.keys(UP, "in> echo twice")
    s.keys(UP, "in> echo old")
    s.keys(ctrl("c"), "in>")
    s.type("echo new; cat d/ion/history | wc -l\r")
    s.expect_rows("new", "4", "in>")
    s.type("folder; cd ..\r")
    s.expect("in>")
    s.type("folder\r")
    s.expect("in>")
    s.type(ctrl("d"))
    s.expect(">", 2)
    s.type(ctrl("l"))
    s.run("cat d/ion/history", "echo old", "echo twice", "echo new; cat d/ion/history | wc -l",
          "folder; cd ..", "folder/")
    inner(s)
    for line in ("history +inc_append", "echo one"):
        s.type(line + "\r")
        s.expect("in>")
    s.type("tail -n 2 d/ion/history\r")
    s.expect_rows("history +inc_append", "echo one", "in>")
    s.type("history +share; echo 'echo other' >> d/ion/history\r")
    s.expect("in>")
    s.keys(UP + UP, "in> echo other")
    s.keys(ctrl("c"), "in>")
    s.type("history -share -duplicates\r")
    s.expect("in>")
    s.type("exit\r")
    s.expect(">", 2)


def test_history_rules(s):
    s.run("nosuch_", "ion: command not found: nosuch_")
    s.run(" true hidden")
    s.run("true a")
    s.run("true b")
    s.run("true a")
    s.type("history\r")
    s.expect_rows("true b", "true a", ">")
    s.run("let HISTORY_IGNORE = []")
    s.run(" true shown")
    s.run("true a")
    s.run("true a")
    s.type("history | tail -n 5\r")
    s.expect_rows("true a", "history", "let HISTORY_IGNORE = []", " true shown", "true a", ">")
    s.run("let HISTORY_IGNORE = [all unknown]")
    s.run("true c")
    s.keys(UP, "> let HISTORY_IGNORE = [all unknown]")
    s.clear()


def test_designators(s):
    s.run("true one two three")
    s.type("echo !0 !^ !$ \"!!\"\r")
    s.expect_rows("true one three !!", ">")
    s.run("true one two three")
    s.type("echo !*\r")
    s.expect_rows("one two three", ">")
    s.run("true x")
    s.type("echo !xy !1 !\r")
    s.expect_rows("!xy !1 !", ">")
    s.keys(UP, "> echo !xy !1 !")
    s.clear()


def test_implicit_cd(s):
    s.run("mkdir -p a/b")
    s.run("a/b; echo $basename($PWD)", "b")
    s.run("..; echo $basename($PWD)", "a")
    s.run("./b/; echo $basename($PWD)", "b")
    s.run("~; test $PWD = ~; echo $?", "0")


def test_open_blocks_and_errors(s):
    """An error closes all open blocks, and skips the rest of its line only."""
    s.type("if true\rwhile true\recho )\r\r")
    s.until(lambda: s.row() == ">", "the outermost prompt")
    s.run("echo $nope; echo no", 'ion: expansion error: Variable "nope" does not exist')
    s.run("let x:int = y; echo on", "ion: assignment error: x: expected int", "on")


def test_completion_of_names(s):
    s.run("mkdir t; cd t; echo > .hidden; echo > 'a(b'; echo > '#c'; mkdir dir")
    s.keys("cat .h\t", "> cat .hidden")
    s.keys(ctrl("u") + "cat a\t", "> cat a\\(b")
    s.keys(ctrl("u") + "cat \\#\t", "> cat '#c'")
    s.keys(ctrl("u") + "ls d\t", "> ls dir/")
    s.keys(ctrl("u") + "alias longalias = true\r", ">")
    s.keys("longa\t", "> longalias")
    s.keys(ctrl("u") + "true | longa\t", "> true | longalias")
    s.keys(ctrl("u") + "true & longa\t", "> true & longalias")
    s.keys(ctrl("u") + "true x longa\t", "> true x longa")
    s.clear()


def test_typed_ahead(s):
    """What is typed while a command runs is there after it: lines, keys, and Ctrl-D."""
    start_and_wait(s, "sleep 2")
    s.type("echo one\rif true\recho two\rend\recho thr")
    s.until(lambda: "two" in s.screen.lines(), "the lines that were typed ahead")
    s.expect("> echo thr")
    s.clear()
    start_and_wait(s, "sleep 2")
    s.type("true &&\r" + ctrl("d"))
    s.expect(">", 2)
    start_and_wait(s, "sleep 2")
    s.type(ctrl("d"))
    if s.ended() != 0:
        raise Failed("another status")


def test_leaving(s):
    s.run("test x = y")
    s.type(ctrl("d"))
    status = s.ended()
    if status != 1:
        raise Failed(f"status {status}")


TESTS = {name[5:]: fn for name, fn in globals().items() if name.startswith("test_")}


def run_all(start, names):
    """start() gives a Shell at the prompt "> ". The number of failures."""
    def at_prompt(test):
        def run(begin):
            shell = begin()
            shell.expect(">", 2)
            test(shell)
        return run
    return run_tests("keys", {name: at_prompt(test) for name, test in TESTS.items()}, names, start)


def run_on_host(ion, directory, names):
    """With that binary, each test in a home of its own below the directory."""
    count = 0

    def start():
        nonlocal count
        count += 1
        home = directory / f"home{count}"
        (home / ".config" / "ion").mkdir(parents=True)
        (home / ".config" / "ion" / "initrc").write_text("let PROMPT = '> '\n")
        (home / ".local" / "share" / "ion").mkdir(parents=True)
        (home / ".local" / "share" / "ion" / "history").touch()
        env = {"PATH": "/usr/bin:/bin", "HOME": str(home), "USER": "u", "TERM": "xterm",
               "ION": str(ion)}
        return Shell([str(ion)], cwd=home, env=env)
    return run_all(start, names)


def main():
    import run
    parser = argparse.ArgumentParser()
    parser.add_argument("--ion", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        ion = args.ion.resolve() if args.ion else run.build(directory)
        return 1 if run_on_host(ion, directory, args.names) else 0


if __name__ == "__main__":
    sys.exit(main())
