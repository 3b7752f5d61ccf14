# xz's own unit tests, and its folder of good and bad files.
set -e
for t in /usr/lib/xz-tests/test_*; do
    echo "$t"
    srcdir=/test "$t" >/tmp/out 2>&1 || { s=$?; [ $s = 77 ] || { cat /tmp/out; exit 1; }; }
done
for f in /test/files/good-*.xz /test/files/good-*.lzma; do
    xz -dc "$f" >/dev/null || { echo "good: $f"; exit 1; }
done
for f in /test/files/bad-*.xz /test/files/bad-*.lzma; do
    if xz -dc "$f" >/dev/null 2>&1; then echo "bad: $f"; exit 1; fi
done
seq 1 30000 >/tmp/f
for o in -0 -6 '-9 -e' '--format=lzma' '-T2'; do
    xz $o -c /tmp/f | xz -dc --format=auto | cmp - /tmp/f
done
