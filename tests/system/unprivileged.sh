#!/bin/sh
# The system runs for a user without any privilege, from a copy of the build.
# ways: no, it runs a copy of umk
# timeout: 60
set -u
if [ "$(id -u)" -ne 0 ]; then
    # Then every other test is this one.
    echo "not root: nothing to give up"
    exit 77
fi
command -v setpriv >/dev/null || { echo "setpriv is not installed"; exit 77; }
# Not below the folder of the test, which only its user may enter.
home=$(TMPDIR= mktemp -d) || exit 1
trap 'rm -rf "$home"' EXIT
cp "$UMK" "$home/umk" && cp "$INITFS" "$home/initfs.cpio" && chmod -R a+rX "$home" || exit 1

nobody() {
    setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs --bounding-set=-all \
        --inh-caps=-all env -i PATH="$PATH" HOME="$home" TMPDIR="$home" "$@" </dev/null
}
check() {
    wanted=$1
    shift
    got=$(nobody timeout 20 "$home/umk" "$@" 2>err)
    status=$?
    if [ "$got" != "$wanted" ] || [ $status -ne 0 ]; then
        echo "umk $*: status $status, '$got' instead of '$wanted'"
        cat err
        exit 1
    fi
}
check hi run -- echo hi
check 'a b' run -- ion -c 'echo a b | cat > /tmp/x; cat /tmp/x'
nobody "$home/umk" doctor >out 2>&1 || { echo "umk doctor:"; cat out; exit 1; }
