"""Systems under measurement: one command in a system, and a system at its prompt."""

import os
import pty
import select
import subprocess
import time

from processes import Failed, descendants, kill_tree, run, started

BOOT_SECONDS = 20


def parse_values(text):
    """The lines `value NAME MEDIAN MIN MAX` of a measuring program: {name: median in ps}. Of a name
    that comes several times the shortest."""
    values = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) == 5 and words[0] == "value":
            values[words[1]] = min(int(words[2]), values.get(words[1], int(words[2])))
    return values


class Umk:
    """How to start systems: the command, and the boot archive that has the benchmark's programs."""

    def __init__(self, umk, initfs):
        self.umk, self.initfs = umk, initfs

    def command(self, *words, pinned=None, options=()):
        pin = [] if pinned is None else ["taskset", "-c", str(pinned)]
        return [*pin, self.umk, "run", *options, "--", *words]

    def bench(self, program, *words, pinned=None, timeout=20, options=()):
        """Runs one of the benchmark's programs in a system of its own; its values."""
        archive = ["--initfs", self.initfs]
        return parse_values(run(self.command(f"/scheme/initfs/bench/{program}", *words,
                                             pinned=pinned, options=[*archive, *options]),
                                timeout))


class Talk:
    """A running program that one exchanges lines with; `tty` gives it a terminal."""

    def __init__(self, command, tty=False, cwd=None, env=None):
        if tty:
            self.read_fd, slave = pty.openpty()
            self.write_fd = self.read_fd
        else:
            slave, self.write_fd = os.pipe()
            self.read_fd, out = os.pipe()
        self.seen = b""
        self.process = started(command, stdin=slave, stdout=slave if tty else out,
                               stderr=slave if tty else subprocess.DEVNULL, cwd=cwd, env=env)
        os.close(slave)
        if not tty:
            os.close(out)

    def send(self, text):
        try:
            os.write(self.write_fd, text.encode())
        except OSError as e:
            raise Failed(f"it takes no input: {e.strerror}") from None

    def expect(self, text, seconds):
        """Reads until a line that ends with `text` has come; Failed when none comes in time."""
        deadline = time.monotonic() + seconds
        want = text.encode()
        while not any(line.rstrip().endswith(want) for line in self.seen.split(b"\n")[:-1]):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.read_fd], [], [], left)[0]:
                raise Failed(f"no {text!r} within {seconds} s; last: {self.seen[-200:]!r}")
            try:
                data = os.read(self.read_fd, 65536)
            except OSError:
                data = b""
            if not data:
                raise Failed(f"it ended before {text!r}; last: {self.seen[-200:]!r}")
            self.seen += data

    def at_prompt(self, seconds=BOOT_SECONDS):
        """Waits until a shell behind the terminal executes commands. The line that it echoes does
        not end like the line that it prints."""
        self.seen = b""
        self.send("echo bench''_prompt\r")
        self.expect("bench_prompt", seconds)

    def processes(self):
        return descendants(self.process.pid)

    def finish(self, seconds):
        """Ends its input and waits for its end; the exit status."""
        self._close_input()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"no end within {seconds} s after the end of its input") from None

    def _close_input(self):
        if self.write_fd is not None and self.write_fd != self.read_fd:
            os.close(self.write_fd)
        self.write_fd = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        kill_tree(self.process)
        self._close_input()
        os.close(self.read_fd)
