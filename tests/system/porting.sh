#!/bin/sh
# The session in docs/PORTING.md, typed as it stands there: what comes must be what it says.
# timeout: 400
set -u
[ -r "$TOP/build/sysroot/usr/lib/libc.a" ] || { echo "no sysroot: make sysroot"; exit 1; }
sed -n '/^## From the source/,/^## Static/s/^    //p' "$TOP/docs/PORTING.md" >session
sed -n 's/^\$ //p' session >typed
grep -v '^\$ ' session >wanted
[ "$(wc -l <typed)" -gt 20 ] || { echo "the session was not found"; exit 1; }

# Some of it is fetched: without a net there is nothing to try.
sed -n 's,^\$TOP/scripts/source \([^ ]*\) .*,\1,p' typed >packages
while read -r package; do
    "$TOP/scripts/source" "$package" "fetched/$package" >log 2>&1 ||
        { cat log; echo "cannot fetch $package"; exit 77; }
done <packages

# In a copy of the project's folder that has what the session needs, by links.
mkdir -p copy/build
for part in scripts initfs; do
    cp -a "$TOP/$part" copy
done
for part in sysroot user umk tools; do
    ln -s "$TOP/build/$part" copy/build
done
cd copy || exit 1
sh -e ../typed >../came || { echo "a command failed"; cat build/port/log; exit 1; }
diff ../wanted ../came
