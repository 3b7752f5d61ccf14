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

# Where the kernel is not yet, or only just, at the limit: what it may not get worse than.
REACHED = {"metal_null_call_kernel": 600, "metal_read1_kernel": 1560}

for name, (value, unit, limit) in counted().items():
    limit = REACHED.get(name, limit)
    check(limit is None or value <= limit, f"{name}: {value} {unit}, at most {limit}")
