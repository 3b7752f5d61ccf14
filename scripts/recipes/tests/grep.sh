# What grep must do, the same here and on the host.
t=${TMPDIR:-/tmp}/grep.$$
mkdir $t && cd $t || exit 1
printf 'alpha\nBeta\ngamma delta\nfoo.bar\nfoo-bar\n\n123 456\nabcabc\n' >f
printf 'other\nalpha beta\n' >g
grep alpha f
grep -i beta f
grep -v a f
grep -n foo f
grep -c a f
grep -l alpha f g
grep -h alpha f g
grep -w foo f
grep -x alpha f
grep -o '[0-9]*' f
grep -F foo.bar f
grep -E '^(foo|123)' f
grep '\(abc\)\1' f
grep -E '(a|b)c{1}' f
grep -e alpha -e gamma f
grep -A1 -B1 gamma f
grep -m1 foo f
grep -q zeta f
echo "none $?"
grep x nothing 2>/dev/null
echo "missing $?"
grep -s x nothing
echo "quiet $?"
grep -r alpha . | sort
grep -E '[[:digit:]]+ [[:digit:]]+' f
grep -b foo f
grep -z -c a f
printf 'binary\0here\n' >b
grep -c binary b
grep -a here b | tr '\0' '_'
seq 1 50000 | grep -c '7.*7'
seq 1 20000 | grep -E '^(1|2)(0|5)+$' | tail -n 3
printf 'a\nb\n' >p
printf 'xa\nyb\nzc\n' | grep -f p
printf 'one\ntwo\n' | grep -vc one
printf 'grüße\nstraße\n' | grep 'ß'
grep '[' f 2>/dev/null
echo "bad $?"
cd / && rm -r $t
