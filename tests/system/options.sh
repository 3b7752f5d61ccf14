#!/bin/sh
# Wrong usage: one clear line on stderr, nothing on stdout, exit status 2.
# timeout: 60
set -u
status=0
refused() {
    timeout 10 "$UMK" "$@" >out 2>err </dev/null
    got=$?
    if [ $got -ne 2 ] || [ -s out ] || [ "$(wc -l <err)" -ne 1 ]; then
        echo "umk $*: status $got, stdout and stderr:"
        cat out err
        status=1
    fi
}
refused
refused no-such-verb
refused run --no-such-option
refused run --mem
refused run --mem many -- true
refused run --mem 12Q -- true
refused run --mem 1K -- true
refused run --mem -5M -- true
refused run --mem 99999999999999999999G -- true
refused run --cpus x -- true
refused run --paging
refused run --paging virtual -- true
refused run --as user
refused run --user
refused run --user user -- true
refused run --as user --user root -- true
refused run --as "" -- true
refused run --cpus -1 -- true
refused run --initfs
refused run --initfs /no/such/file -- true
refused run --initfs / -- true
refused run --initfs /dev/null -- true
refused run --wrap nonsense -- true
refused run --trace /no/such/folder/trace -- true
refused run --
refused ps --no-such-option
refused kill
refused kill --no-such-option x
refused gdb
refused doctor --no-such-option

mkdir -p unreadable
cp "$INITFS" unreadable/initfs.cpio && chmod 0 unreadable/initfs.cpio
if [ "$(id -u)" -ne 0 ]; then
    refused run --initfs unreadable/initfs.cpio -- true
fi

"$UMK" help | grep -q 'umk run' || { echo "umk help does not name umk run"; status=1; }
exit $status
