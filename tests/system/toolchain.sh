#!/bin/sh
# umk-cc and umk-c++ behind CMake and Meson: one small project configured, built and installed by
# each, and run in the system.
# timeout: 180
set -u
fail() {
    cat log 2>/dev/null
    echo "$*"
    exit 1
}
[ -r "$TOP/build/sysroot/usr/lib/libc.a" ] || fail "no sysroot: make sysroot"
PATH=$TOP/scripts:$PATH
mkdir -p tree/root/usr
cp -a "$TOP/initfs/." tree

cmake -S "$TOP/tests/toolchain" -B by-cmake -DCMAKE_INSTALL_PREFIX=/usr \
    -DCMAKE_TOOLCHAIN_FILE="$TOP/scripts/toolchain/umk.cmake" >log 2>&1 &&
    cmake --build by-cmake >>log 2>&1 && DESTDIR=tree/root cmake --install by-cmake >>log 2>&1 ||
    fail "CMake"
meson setup --prefix=/usr --cross-file "$TOP/scripts/toolchain/umk.meson" by-meson \
    "$TOP/tests/toolchain" >log 2>&1 && ninja -C by-meson >>log 2>&1 &&
    DESTDIR="$PWD/tree/root" meson install -C by-meson >>log 2>&1 || fail "Meson"

"$TOP/scripts/mkinitfs" image.cpio tree --in bin "$TOP"/build/user/bin/*
for program in sums-cmake sums-meson; do
    got=$(timeout -k 5 60 "$UMK" run --initfs image.cpio -- "$program") ||
        fail "$program: status $?"
    [ "$got" = "6 11.25" ] || fail "$program says: $got"
done

# main may lie in an archive.
echo 'int main(void) { return 0; }' >main.c
umk-cc -c main.c -o main.o && umk-ar rcs libmain.a main.o || fail "an archive with main"
for kind in -static -static-pie -pie; do
    umk-cc $kind -L. -lmain -o main 2>log || fail "main in an archive, $kind"
done

# What needs the C++ library stops at compiling, with a clear word.
echo '#include <vector>' >uses.cc
umk-c++ -c uses.cc -o uses.o 2>log && fail "there is a <vector>?"
grep -q 'vector: No such file' log || fail "<vector> is missing for another reason"
