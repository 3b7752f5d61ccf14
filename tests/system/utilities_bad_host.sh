#!/bin/sh
# Utilities with bad input and bad places for output: on the host, under sanitizers.
# metal: no, it is the host that runs them
# timeout: 400
exec python3 "$TOP/tests/coreutils/bad.py"
