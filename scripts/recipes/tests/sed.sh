# What sed must do, the same here and on the host.
t=${TMPDIR:-/tmp}/sed.$$
printf 'one\ntwo three\nfour\n\nfive six seven\n' >$t
sed 's/o/0/' $t
sed 's/o/0/g' $t
sed -n '2p;$p' $t
sed '/^$/d' $t
sed -n '/two/,/five/p' $t
sed 's/\([a-z]*\) \([a-z]*\)/\2 \1/' $t
sed -E 's/(e+)/[\1]/g; s/(^|[^a-z])s/\1S/g' $t
sed 'y/abcdef/ABCDEF/' $t
sed '2i\
inserted' $t
sed '1a appended' $t
sed '/two/c changed' $t
sed -n '$=' $t
sed 'N;s/\n/+/' $t
sed -n 'H;${x;s/\n/,/g;p;}' $t
sed '1!G;h;$!d' $t
sed ':a;N;$!ba;s/\n/ /g' $t
sed '2q' $t
sed 's/t\(w\)o/\U&\E-\1/' $t
sed -n 'l' $t
sed 's/e/X/2' $t
sed -e 's/one/1/;t' -e 's/$/!/' $t
cp $t $t.i
sed -i.bak 's/two/2/' $t.i
cat $t.i
cmp $t $t.i.bak && echo backup same
sed -n '/[[:upper:]]/!p' $t | wc -l | tr -d ' '
printf 'a\0b\0' | sed -z 's/^/-/' | tr '\0' '\n'
printf 'grüße\n' | sed 's/ü/ue/'
seq 1 20000 | sed -n '0~1000p' | tail -n 2
sed 's/unterminated' $t 2>/dev/null || echo "bad: $?"
rm -f $t $t.i $t.i.bak
