#!/bin/sh
# The tree keeps the style rules; and the checker sees a file that breaks each of them.
set -u
cd "$(dirname "$0")/../.." || exit 1
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/umk/core

status=0
# seen FILE WANTED: FILE with the text of stdin makes the checker exit with WANTED.
seen() {
    cat >"$tree/$1"
    scripts/style "$tree" >"$tree/out"
    if [ $? -ne "$2" ]; then
        echo "$1: expected exit status $2"
        cat "$tree/$1" "$tree/out"
        status=1
    fi
    rm "$tree/$1" "$tree/out"
}
long=$(printf '%0101d' 0)
printf '/* Good. */\nint x;\n' | seen a.c 0
printf 'int x;\n' | seen a.c 1
printf '/* %s */\n' "$long" | seen a.c 1
printf '/* Tab. */\n\tint x;\n' | seen a.c 1
printf '/* Space. */\nint x; \n' | seen a.c 1
printf '/* No newline. */\nint x;' | seen a.c 1
printf '/* TODO more */\n' | seen a.c 1
printf '/* See /home/me/x */\n' | seen a.c 1
printf '/* Call. */\nvoid f(char *s)\n{\n    strcpy(s, "");\n}\n' | seen a.c 1
{ echo '/* Long. */'; yes 'int x;' | head -n 700; } | seen a.c 1
{ printf '/* Long. */\nvoid f(void)\n{\n'; yes '    f();' | head -n 100; echo '}'; } | seen a.c 1
printf '/* Guard. */\n#ifndef UMK_CORE_A_H\n#define UMK_CORE_A_H\n#endif\n' | seen umk/core/a.h 0
printf '/* Other. */\n#ifdef HOST\n#endif\n' | seen umk/core/a.c 1
printf '#!/bin/sh\n# %s\n' "$long" | seen a.sh 1

scripts/style || status=1
exit $status
