#!/usr/bin/env python3
"""umk run -- COMMAND: one command with stdin, stdout and stderr connected, and its exit status.

timeout: 120
"""
import hashlib
import os
import random
import subprocess

from umk import BOOT_SECONDS, INITFS, UMK, bulk, check, expect, host, ion, need_umk, run, run_argv

need_umk()

# Output, and nothing but it: not a byte more on either stream.
expect(run("echo", "hi"), 0, b"hi\n", b"")
expect(run("true"), 0, b"", b"")
expect(run("false"), 1, b"", b"")
expect(run("echo", "hi", options=["--verbose"]), 0, b"hi\n")
# Without --initfs the archive beside umk is taken.
expect(host([UMK, "run", "--", "echo", "hi"]), 0, b"hi\n", b"")

# Arguments arrive as they are: empty, with spaces, with what a shell would take apart.
odd = ["a b", "", "$HOME", "'", '"', "*", "--", "-n", "é", "%41", "a\nb", "x" * 3000]
expect(run("echo", *odd), 0, " ".join(odd).encode() + b"\n", b"")

# Exit statuses.
for status in (0, 1, 7, 42, 255):
    expect(ion(f"exit {status}"), status, b"")
missing = run("no-such-program")
expect(missing, 127, b"")
check(missing.stderr.count(b"\n") == 1 and b"no-such-program" in missing.stderr, missing)

# Input is connected, and its end is seen.
expect(run("cat", stdin=b"one\ntwo\n"), 0, b"one\ntwo\n", b"")
expect(run("cat"), 0, b"", b"")
blob = random.Random(1).randbytes(bulk(3 << 20))
done = run("cat", stdin=blob, seconds=60)
check(hashlib.sha256(done.stdout).digest() == hashlib.sha256(blob).digest(),
      f"3 MiB through cat came out as {len(done.stdout)} bytes", done.stderr)

# Errors go to stderr only.
done = run("ls", "/no/such/place")
check(done.returncode != 0 and done.stdout == b"" and b"/no/such/place" in done.stderr, done)

# A reader that goes away ends the writer, not in a hang.
p = subprocess.Popen(run_argv("cat", "/scheme/zero"), stdin=subprocess.DEVNULL,
                     stdout=subprocess.PIPE, stderr=subprocess.PIPE)
check(p.stdout.read(1000) == bytes(1000))
p.stdout.close()
try:
    status = p.wait(BOOT_SECONDS)
except subprocess.TimeoutExpired:
    p.kill()
    check(False, "cat /scheme/zero into a closed pipe did not end")
check(status != 0, status)

# A closed stdout is no reason to hang either.
done = subprocess.run(["sh", "-c", '"$0" run --initfs "$1" -- echo hi >&-', UMK, INITFS],
                      capture_output=True, timeout=BOOT_SECONDS)
check(done.stdout == b"", done)
