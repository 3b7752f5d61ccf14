#!/bin/sh
# umk gdb: a breakpoint by name in a running server, a step, its variables, and on.
# timeout: 90
set -u
command -v gdb >/dev/null || { echo "gdb is not installed"; exit 77; }
if [ "$(cat /proc/sys/kernel/yama/ptrace_scope 2>/dev/null || echo 0)" -ge 2 ]; then
    echo "this host does not let gdb attach"
    exit 77
fi

mkfifo in
"$UMK" run --debug --initfs "$INITFS" -- ion <in >out 2>err &
umk=$!
exec 3>in
trap 'exec 3>&-; kill $umk 2>/dev/null; wait' EXIT
fail() {
    echo "$1"
    cat gdb.out out err
    exit 1
}
echo 'echo up' >&3
for _ in $(seq 100); do grep -q up out && break; sleep 0.1; done
grep -q up out || fail "the system did not come up"

cat >script.gdb <<'END'
set pagination off
set confirm off
break file_openat if len == 12
printf "ready\n"
continue
backtrace 3
set $id = &out->id
next
next
printf "stepped, the path is %s\n", path
watch *$id
continue
delete
detach
END
timeout 40 "$UMK" gdb -i "$umk" ramfs -- --batch --nx -x script.gdb >gdb.out 2>&1 </dev/null &
debugger=$!
for _ in $(seq 200); do grep -q ready gdb.out && break; sleep 0.1; done
grep -q ready gdb.out || fail "gdb did not attach"
sleep 0.5
# Opening a file whose name is that long makes ramfs run into it.
echo 'cat /etc/hostname' >&3
wait $debugger || fail "gdb failed"
grep -q '#0 .*file_openat.*scheme.c:' gdb.out || fail "no breakpoint with file and line"
grep -q "stepped, the path is etc/hostname" gdb.out || fail "no step, or no variable"
grep -q 'New value' gdb.out || fail "no watchpoint"
echo 'echo alive' >&3
for _ in $(seq 100); do grep -q alive out && exit 0; sleep 0.1; done
fail "the system did not go on after gdb left"
