#!/bin/sh
# ion's conformance tests and those of its line editor: on the host under sanitizers, where nearly
# all of it can be looked at.
# timeout: 300
exec python3 "$TOP/tests/ion/run.py" --keys
