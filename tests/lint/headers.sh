#!/bin/sh
# Every public header of the C library stands alone: it compiles as the only one, as strict C99 with
# POSIX, strict C17, GNU C and C++, without a warning.
# timeout: 120
set -u
cd "$(dirname "$0")/../.." || exit 1

gcc=${CC:-gcc}
own=$("$gcc" -print-file-name=include)
faults=0
tried=0

try() {
    printf '#include <%s>\nint unused;\n' "$header" |
        "$gcc" "$@" -Wall -Wextra -Werror -Wsystem-headers -nostdinc -isystem shim/include \
            -isystem "$own" -fsyntax-only - || {
        echo "<$header> with $*"
        faults=$((faults + 1))
    }
}

for path in $(find shim/include -name '*.h' -not -path '*/bits/*' | sort); do
    header=${path#shim/include/}
    tried=$((tried + 1))
    try -xc -std=c99 -pedantic-errors -D_POSIX_C_SOURCE=200809L
    try -xc -std=c17 -pedantic-errors
    try -xc -std=gnu17 -D_GNU_SOURCE
    try -xc -std=gnu17 -D_XOPEN_SOURCE=700
    try -xc++ -std=gnu++17 -D_GNU_SOURCE
done
echo "headers: $tried tried, $faults faults"
[ "$faults" -eq 0 ] && [ "$tried" -gt 50 ]
