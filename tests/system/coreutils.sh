#!/bin/sh
# The core utilities beside GNU's, with generated files and options, on the host under sanitizers.
# ways: no, it runs the programs on the host
# timeout: 600
exec python3 "$TOP/tests/coreutils/run.py"
