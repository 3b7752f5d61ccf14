#!/bin/sh
# ion's conformance tests: on the host under sanitizers, where nearly all of it can be looked at.
# timeout: 240
exec python3 "$TOP/tests/ion/run.py"
