# What diff, cmp, diff3 and sdiff must do, the same here and on the host.
t=${TMPDIR:-/tmp}/diff.$$
mkdir $t && cd $t || exit 1
seq 1 30 >a
sed 's/^7$/seven/; 12d; 20a\
new' a >b
seq 1 29 >c
diff a b
diff -u a b | sed '1,2d'
diff -c a b | sed '1,2d'
diff -e a b
diff -y -W 40 a b | head -n 14
diff -q a b
diff -s a a
diff a a
echo "same $?"
printf 'A  b\n' >w; printf 'a b\n' >v
diff -i -b w v && echo equal
mkdir d e; cp a d; cp b e/a; : >d/only
diff -r d e
diff -rq d e
cmp a b
cmp -l a b | head -n 3
cmp -s a a; echo "cmp $?"
diff3 b a c
diff3 -m b a c | head -n 10
sdiff -s a b
diff a missing 2>/dev/null; echo "missing $?"
seq 1 20000 >l; sed '10000d' l >m; diff l m
printf 'no newline' >n; printf 'no newline\n' >o; diff n o
cd / && rm -r $t
