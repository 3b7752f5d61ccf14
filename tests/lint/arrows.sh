#!/bin/sh
# The dependency arrows hold; and the checker sees an include that breaks each of them.
set -u
cd "$(dirname "$0")/../.." || exit 1
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/umk/abi "$tree"/umk/core "$tree"/umk/host "$tree"/libredox/include/redox \
    "$tree"/servers/a "$tree"/servers/b "$tree"/programs/p "$tree"/programs/common \
    "$tree"/shim/include
echo >"$tree"/umk/abi/x.h
echo >"$tree"/umk/core/core.h
echo >"$tree"/umk/host/host.h
echo >"$tree"/servers/b/b.h
echo >"$tree"/shim/include/unistd.h
echo >"$tree"/programs/common/c.h
echo >"$tree"/programs/p/p.h
echo '#include "umk/abi/x.h"' >"$tree"/libredox/include/redox/redox.h

status=0
# seen FILE INCLUDE WANTED: a file with that include makes the checker exit with WANTED.
seen() {
    echo "#include $2" >"$tree/$1"
    scripts/arrows "$tree" >"$tree/out"
    if [ $? -ne "$3" ]; then
        echo "$1 with $2: expected exit status $3"
        cat "$tree/out"
        status=1
    fi
    rm "$tree/$1"
}
seen umk/core/a.c '"umk/abi/x.h"' 0
seen umk/core/a.c '"core.h"' 0
seen umk/core/a.c '<string.h>' 1
seen umk/core/a.c '"umk/host/host.h"' 1
seen umk/core/a.c '"redox/redox.h"' 1
seen umk/abi/a.h '"umk/core/core.h"' 1
seen umk/host/a.c '"umk/core/core.h"' 0
seen umk/host/a.c '<stdio.h>' 0
seen umk/host/a.c '<redox/redox.h>' 1
seen libredox/a.c '"umk/abi/x.h"' 0
seen libredox/a.c '"umk/core/core.h"' 1
seen libredox/a.c '<unistd.h>' 1
seen servers/a/a.c '<redox/redox.h>' 0
seen servers/a/a.c '<unistd.h>' 1
seen servers/a/a.c '"servers/b/b.h"' 1
seen servers/a/a.c '"../b/b.h"' 1
seen servers/a/a.c '"umk/core/core.h"' 1
seen programs/p/a.c '<unistd.h>' 0
seen programs/p/a.c '"umk/core/core.h"' 1
seen programs/p/a.c '"common/c.h"' 0
seen programs/p/a.c '"servers/b/b.h"' 1
seen programs/common/a.c '"programs/p/p.h"' 1
seen shim/a.c '<redox/redox.h>' 0
seen shim/a.c '"servers/b/b.h"' 1

scripts/arrows || status=1
exit $status
