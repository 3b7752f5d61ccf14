#!/usr/bin/env python3
"""What commands of the shell cost in processes, counted by the numbers that the kernel gives out:
a lone program one spawn, builtins, functions and substitutions of these nothing.

timeout: 60
"""
import re

from umk import check, expect, ion, need_umk

need_umk()
TRUE = "/scheme/initfs/bin/true"


def processes_of(script):
    """How many processes it makes: between two jobs, whose numbers the shell tells."""
    done = ion(f"sleep 0 &; wait; {script}; sleep 0 &; wait")
    check(done.returncode == 0, done)
    first, last = re.findall(rb"bg \[0\] (\d+)", done.stderr)
    return int(last) - int(first) - 1


check(processes_of("true") == 0)
check(processes_of(TRUE) == 1)
check(processes_of("; ".join([TRUE] * 5)) == 5)
check(processes_of(f"for i in 0..10; {TRUE}; end") == 10)
check(processes_of("fn f; let x = $(echo a); end; f; echo $(f) > /dev/null; read y <<< z") == 0)
check(processes_of(f"let x = $({TRUE}); {TRUE} > /tmp/f; {TRUE} < /tmp/f; A=1 {TRUE}") == 4)
check(processes_of(f"echo a | {TRUE}; {TRUE} | {TRUE}") == 3)
check(processes_of(f"if {TRUE}; {TRUE} && {TRUE}; end") == 3)

# A path in the form that programs of Redox give it.
expect(ion("echo file:a file:/etc/x"), out=b"/a /etc/x\n")
