#!/usr/bin/env python3
"""Instructions of the kernel's ways and its size, counted: they are the same in every run and
may not grow past their limits. That a read of an open file goes over a channel shows in them.

timeout: 200
"""
import os
import sys

from umk import TOP, check

sys.path.append(os.path.join(TOP, "bench"))

from metal import counted  # noqa: E402

for name, (value, unit, limit) in counted().items():
    check(limit is None or value <= limit, f"{name}: {value} {unit}, at most {limit}")
