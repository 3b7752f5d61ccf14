#!/bin/sh
# Dynamic linking: programs and libraries built with umk-cc from tests/dynamic, run in a system that
# has the shared C library.
# timeout: 180
set -u
cc=$TOP/scripts/umk-cc
src=$TOP/tests/dynamic
lib=$TOP/build/sysroot/usr/lib
[ -r "$lib/libc.so" ] || { echo "no sysroot: make sysroot"; exit 1; }
fail() {
    echo "$*"
    exit 1
}

mkdir -p tree/root/lib tree/root/usr/bin tree/root/opt/lib
cp -a "$TOP/initfs/." tree
cp "$lib/libc.so" tree/root/lib && ln -s libc.so tree/root/lib/ld-umk.so.1

library() { # NAME SOURCE OPTIONS...
    name=$1 source=$2
    shift 2
    "$cc" -O2 -Wall $guard -shared -Wl,-soname,"$name" "$src/$source" -o "$name" "$@" \
        || fail "$name"
}
program() { # NAME SOURCE OPTIONS...
    name=$1 source=$2
    shift 2
    "$cc" -O2 -Wall $guard "$src/$source" -o "tree/root/usr/bin/$name" "$@" || fail "$name"
}
# All guard their stacks, as some distributions' gcc lets them without being asked.
guard=-fstack-protector-all
library libdeep.so deep.c
library libfirst.so first.c -L. -ldeep
library libplugin.so plugin.c -L. -ldeep -Wl,-z,now
library libleaver.so leaver.c -L. -ldeep
library libholder.so holder.c
library libgone.so first.c -L. -ldeep
library liblack.so lack.c
library libbroken.so lack.c -Wl,-z,now
library liborigin.so deep.c
program linked linked.c -pie -L. -lfirst -ldeep
program linked-now linked.c -pie -L. -lfirst -ldeep -Wl,-z,now
program linked-sysv linked.c -pie -L. -lfirst -ldeep -Wl,--hash-style=sysv
program opener opener.c -pie
program closer closer.c -pie
program misses linked.c -pie -L. -lgone -ldeep
program lacks lacks.c -pie -L. -llack -Wl,--allow-shlib-undefined
program origin lacks.c -pie -L. -llack -Wl,--allow-shlib-undefined \
    -Wl,-rpath,'$ORIGIN/../../opt/lib'
program static opener.c
program static-pie hello.c -static-pie
program byfd byfd.c
program sealed sealed.c -pie -Wl,-z,now
cp libdeep.so libfirst.so libplugin.so libbroken.so libleaver.so libholder.so tree/root/lib
cp liblack.so tree/root/opt/lib
echo "not a library" >tree/root/lib/libtext.so
head -c 5000 libplugin.so >tree/root/lib/libcut.so
"$TOP/scripts/mkinitfs" image.cpio tree --in bin "$TOP"/build/user/bin/*

inside() {
    timeout -k 5 60 "$UMK" run --initfs image.cpio -- env "$@" >out 2>err
    status=$?
}
expect() { # STATUS TEXT
    [ "$status" = "$1" ] || { cat out err; fail "status $status instead of $1"; }
    grep -qF -- "$2" out err || { cat out err; fail "not said: $2"; }
}
one_line() {
    [ "$(wc -l <err)" = 1 ] || { cat err; fail "more than one line"; }
}

for p in linked linked-now linked-sysv; do
    inside $p one two
    expect 0 "all checks passed"
    # constructors of what is needed come first, destructors the other way round
    printf 'deep up\nfirst up\nall checks passed\nfirst down\ndeep down\n' | cmp - out || fail order
done
inside LD_BIND_NOW=1 linked one two
expect 0 "all checks passed"
inside byfd /usr/bin/linked linked one two
expect 0 "all checks passed"
inside opener
expect 0 "all checks passed"
inside closer
expect 0 "all checks passed"
inside static-pie
expect 0 "hello from anywhere"
inside static
expect 1 "a static program loads no libraries"

inside misses
expect 127 "shared library not found: libgone.so"
one_line
inside lacks
expect 127 "shared library not found: liblack.so"
inside LD_LIBRARY_PATH=/opt/lib lacks
expect 127 "symbol not found: nobody_has_this"
grep -q "before the call" out || fail "bound too early"
one_line
inside LD_LIBRARY_PATH=/opt/lib LD_BIND_NOW=1 lacks
expect 127 "symbol not found: nobody_has_this"
! grep -q "before the call" out || fail "bound too late"
one_line
inside origin
expect 127 "symbol not found: nobody_has_this"
inside sealed
[ "$status" = 139 ] || { cat out err; fail "RELRO can be written: status $status"; }
exit 0
