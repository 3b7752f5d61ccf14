#!/bin/sh
# The C library exports no name that a program may use for itself: each global symbol of
# libc.a is reserved (two underscores), stands in a public header, or belongs to the interface of
# Redox's libredox (redox_*). The library that programs of others are linked with has libredox in it
# as well, whose interface (rx_*, scheme_*) comes on top.
set -u
cd "$(dirname "$0")/../.." || exit 1

[ -r build/user/libc.a ] || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -rhoE '[A-Za-z_][A-Za-z0-9_]*' shim/include | sort -u > "$work/declared"
# libredox calls rx_program_start
echo rx_program_start | sort -u - "$work/declared" -o "$work/declared"

# check LIBRARY PREFIXES: prints the names that are neither reserved nor declared
check() {
    nm "$1" 2>/dev/null | awk -v known="^(__|redox_|$2)" \
        '$2 ~ /^[TDBRWVC]$/ && $3 !~ known {print $3}' | sort -u > "$work/defined"
    [ -s "$work/defined" ] || echo "$1: no names at all"
    comm -23 "$work/defined" "$work/declared" | sed "s|^|$1 exports, but no header has: |"
}

{
    check build/user/libc.a redox_
    for library in build/sysroot/usr/lib/libc.a build/sysroot/usr/lib/pie/libc.a; do
        [ ! -r "$library" ] || check "$library" 'rx_|scheme_|dirent_add$|_start$'
    done
} > "$work/stray"
cat "$work/stray"
[ ! -s "$work/stray" ]
