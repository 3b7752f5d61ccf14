#!/bin/sh
# Other people's programs, built by scripts/recipe and tried in the system: a small set, or with
# SOAK=1 all of them. What is built stays in build/recipes.
# timeout: 600
small="zlib bzip2 lua5.4 dash"
if [ -n "${SOAK-}" ]; then
    small=$("$TOP/scripts/recipe" --list | awk '{print $1}')
fi
# shellcheck disable=SC2086 # a list of words
nice "$TOP/scripts/recipe" --test $small
status=$?
[ $status = 3 ] && exit 77 # the sources cannot be fetched here
exit $status
