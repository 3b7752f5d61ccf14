#!/bin/sh
# The test that must fail: if the runner reports anything else, it cannot see failures.
echo "this failure is wanted"
exit 1
