#!/bin/sh
# ion's conformance tests, those of its line editor, and bad input: on the host under sanitizers,
# where nearly all of it can be looked at.
# ways: no, it runs the shell on the host
# timeout: 600
exec python3 "$TOP/tests/ion/run.py" --ion "$BUILD/asan/bin/ion" --all
