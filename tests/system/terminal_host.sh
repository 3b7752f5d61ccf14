#!/bin/sh
# Utilities on a terminal: on the host, under sanitizers.
# metal: no, it is the host that runs them
# timeout: 120
exec python3 "$TOP/tests/coreutils/terminal.py"
