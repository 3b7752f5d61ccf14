#!/usr/bin/env python3
"""Utilities inside the system where something is wrong: a full file system, directories that may
not be read, a pipe that nobody reads, many arguments. On the host tests/coreutils/bad.py has more.

timeout: 120
"""
import os
import re

from umk import METAL, check, expect, ion, need_umk, run

need_umk()

# A full disk: what writes says so with its name, its status tells, and what was there is kept.
FULL = r"""
cd /tmp
seq 1 20000 > numbers
echo old > kept
cat /scheme/zero > fill
echo "cat $?"
dd if=/scheme/zero of=fill2 bs=4096
echo "dd $?"
for i in 1..=200
  cp numbers more$i || break
end
cp numbers copy
echo "cp $?"
cat numbers | tee teed > /scheme/null
echo "tee $?"
sort -r numbers -o sorted
echo "sort $?"
sort -S 1K numbers > /scheme/null
echo "sort-temporary $?"
split -l 1000 numbers piece
echo "split $?"
csplit -s numbers 10000
echo "csplit $?"
ls xx00
shuf numbers -o shuffled
echo "shuf $?"
install numbers installed
echo "install $?"
cat kept
rm fill fill2
mv numbers moved
echo "mv $?"
cksum moved
"""


def full():
    done = ion(FULL, options=["--mem", "160M"], seconds=60)
    text = done.stdout.decode()
    errors = done.stderr.decode()
    for tool in ("cat", "dd", "cp", "tee", "sort", "split", "csplit", "shuf", "install"):
        check(re.search(rf"^{tool} [1-9]", text, re.M), f"{tool}: no status", text, errors)
        check(re.search(rf"^{tool}: .*No space left on device", errors, re.M),
              f"{tool}: no message", errors)
    check(re.search(r"^sort-temporary 2", text, re.M), text, errors)
    check("xx00" not in text, "csplit left a piece", text)
    check("\nold\n" in text, "what was there before is gone", text)
    check("\nmv 0\n" in text and text.endswith("3231941463 108894 moved\n"), text[-200:])


# A user who may not look into a directory.
UNREADABLE = r"""
ls /root
echo "ls $?"
find /root
echo "find $?"
du /root
echo "du $?"
rm -r /root
echo "rm $?"
cp -r /root /tmp/mine
echo "cp $?"
chmod -R 777 /root
echo "chmod $?"
grep -r x /root
echo "grep $?"
cat /root/x
echo "cat $?"
"""


def unreadable():
    done = run("ion", "-c", UNREADABLE, options=["--as", "user"])
    text, errors = done.stdout.decode(), done.stderr.decode()
    for tool in ("ls", "find", "du", "rm", "cp", "chmod", "grep", "cat"):
        check(re.search(rf"^{tool} [1-9]", text, re.M), f"{tool}: no status", text, errors)
        check(re.search(rf"^{tool}: .*(Permission denied|not permitted)", errors, re.M),
              f"{tool}: no message", errors)


def no_reader():
    for command in ("yes", "cat /scheme/zero", "seq 1 100000000", "dd if=/scheme/zero"):
        expect(ion(f"{command} | true", seconds=20), 0)
    expect(ion("seq 1 1000000 | head -n 1; yes | head -n 2"), 0, out=b"1\ny\ny\n")


def arguments():
    done = ion("cd /tmp; let a = [@(seq 1 20000)]; echo @a | wc -w; touch @a; ls | wc -l; "
               "cat * | wc -c; rm @a; ls | wc -l", seconds=60)
    expect(done, 0, out=b"20000\n20000\n0\n0\n")


for test in (full, unreadable, no_reader, arguments):
    # There a system has neither other users at its start nor the time for 20,000 files.
    if not METAL or test in (full, no_reader):
        test()
