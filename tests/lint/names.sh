#!/bin/sh
# The C library exports no name that a program may use for itself: each global symbol of
# libc.a is reserved (two underscores), stands in a public header, or belongs to the interface of
# Redox's libredox (redox_*).
set -u
cd "$(dirname "$0")/../.." || exit 1

library=build/user/libc.a
[ -r "$library" ] || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -rhoE '[A-Za-z_][A-Za-z0-9_]*' shim/include | sort -u > "$work/declared"
# libredox calls rx_program_start
echo rx_program_start | sort -u - "$work/declared" -o "$work/declared"
nm "$library" 2>/dev/null | awk '$2 ~ /^[TDBRWVC]$/ && $3 !~ /^(__|redox_)/ {print $3}' |
    sort -u > "$work/defined"
comm -23 "$work/defined" "$work/declared" > "$work/stray"
sed 's/^/exported, but in no header: /' "$work/stray"
[ -s "$work/defined" ] && [ ! -s "$work/stray" ]
