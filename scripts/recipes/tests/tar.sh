# What tar must do, the same here and on the host.
t=${TMPDIR:-/tmp}/tar.$$
mkdir -p $t/in/sub/deep && cd $t || exit 1
seq 1 5000 >in/numbers; echo hi >in/sub/hi; ln -s hi in/sub/link; ln in/sub/hi in/sub/hard
chmod 640 in/numbers; TZ=UTC touch -t 202002030405.06 in/sub/hi
name=in/$(printf '%0150d' 7); echo long >"$name"
tar --sort=name -cf a.tar in
tar -tf a.tar | sort
mkdir out && tar -xf a.tar -C out
(cd out && find . | sort)
cmp in/numbers out/in/numbers && cat out/in/sub/link && cat out/$name
ls -l out/in/numbers | cut -c1-10
[ out/in/sub/hi -ef out/in/sub/hard ] && echo hard link
tar --numeric-owner --utc -tvf a.tar in/sub/hi | tr -s ' ' | cut -d ' ' -f 1,3-5
tar -cf - in | tar -tf - | wc -l | tr -d ' '
tar -xOf a.tar in/sub/hi
tar -rf a.tar -C in numbers && tar -tf a.tar | tail -n 1
tar --delete -f a.tar numbers && tar -tf a.tar | wc -l | tr -d ' '
tar --exclude='*deep*' -cf b.tar in && tar -tf b.tar | grep -c deep
tar -df a.tar && echo no difference
echo changed >in/sub/hi; tar -df a.tar | head -n 1
for f in ustar pax gnu v7; do
    tar --format=$f -cf $f.tar in/sub 2>/dev/null && tar -tf $f.tar | wc -l | tr -d ' '
done
truncate -s 20000 sparse; tar -Scf s.tar sparse && mkdir so && tar -xf s.tar -C so
wc -c <so/sparse
head -c 2000 a.tar >cut.tar; tar -tf cut.tar >/dev/null 2>&1; echo "cut $?"
cd / && rm -r $t
