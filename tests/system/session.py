"""Programs on a terminal of their own: keys are typed at a pty, and its screen is looked at.

What tests/ion/keys.py, tests/coreutils/terminal.py and the system tests of both share."""
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

from screen import Screen

SECONDS = 20
ESC = "\x1b"
UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
HOME, END, DELETE, BACKTAB = "\x1b[H", "\x1b[F", "\x1b[3~", "\x1b[Z"


def ctrl(letter):
    return chr(ord(letter.upper()) & 0x1f)


class Failed(Exception):
    pass


class Session:
    """A program on a terminal of its own."""

    def __init__(self, argv, columns=80, rows=24, **kwargs):
        self.fd, self.tty = pty.openpty()
        self.size(columns, rows)
        self.process = subprocess.Popen(argv, stdin=self.tty, stdout=self.tty, stderr=self.tty,
                                        start_new_session=True, preexec_fn=self._own, **kwargs)

    def _own(self):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def size(self, columns, rows):
        fcntl.ioctl(self.tty, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen = Screen(columns, rows)

    def close(self):
        """The terminal goes away; who does not end of that is ended."""
        os.close(self.fd)
        os.close(self.tty)
        for end in (lambda: None, self.process.terminate, self.process.kill):
            end()
            try:
                self.process.wait(3)
                return
            except subprocess.TimeoutExpired:
                pass

    def read(self, seconds):
        if select.select([self.fd], [], [], seconds)[0]:
            self.screen.feed(os.read(self.fd, 65536))

    def type(self, text):
        data = text.encode()
        while data:
            self.read(0)
            if select.select([], [self.fd], [], 0.1)[1]:
                data = data[os.write(self.fd, data[:256]):]

    def until(self, condition, what):
        end = time.monotonic() + SECONDS
        while not condition():
            if time.monotonic() > end:
                where = (self.screen.row, self.screen.column)
                raise Failed(f"{what} did not come; on the screen, cursor at {where}:\n"
                             + self.screen.text())
            self.read(0.05)

    def row(self):
        return self.screen.lines()[self.screen.row]

    def expect(self, row, column=None):
        """The row with the cursor, and the cursor's column when given."""
        self.until(lambda: self.row() == row.rstrip() and
                   (column is None or self.screen.column == column), repr((row, column)))

    def expect_rows(self, *rows):
        """These rows, one below the other, the last with the cursor."""
        rows = [r.rstrip() for r in rows]

        def there():
            last = self.screen.row
            return self.screen.lines()[max(0, last + 1 - len(rows)):last + 1] == rows
        self.until(there, repr(rows))

    def keys(self, keys, row, column=None):
        self.type(keys)
        self.expect(row, column)

    def ended(self):
        end = time.monotonic() + SECONDS
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise Failed("the program did not end")
            try:
                self.read(0.05)
            except OSError:
                time.sleep(0.02)
        return self.process.returncode


def run_tests(title, tests, names, start):
    """Runs the tests, or those that are named, each with a function that starts sessions as start
    does. Prints what failed (with TIMES in the environment also how long each took); the number of
    failures."""
    failed = 0
    chosen = [n for n in tests if not names or n in names]
    for name in chosen:
        sessions = []

        def begin(*args, **kwargs):
            sessions.append(start(*args, **kwargs))
            return sessions[-1]
        began = time.monotonic()
        try:
            tests[name](begin)
        except (Failed, OSError) as e:
            failed += 1
            print(f"FAIL {name}: {e}")
        finally:
            for session in sessions:
                session.close()
        if os.environ.get("TIMES"):
            print(f"{name}: {time.monotonic() - began:.1f} s")
    print(f"{title}: {len(chosen)} tests, {failed} failed")
    return failed
