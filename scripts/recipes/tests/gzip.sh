# What gzip must do, the same here and on the host.
t=${TMPDIR:-/tmp}/gzip.$$
mkdir $t && cd $t || exit 1
seq 1 50000 >f
cp f g
gzip f && ls
gzip -t f.gz && echo good
gzip -dc f.gz | cmp - g && echo same
gzip -l f.gz | { read -r head; read -r packed size rest; echo "$size"; }
gunzip f.gz 2>/dev/null || gzip -d f.gz
cmp f g && echo back
for n in 1 6 9; do gzip -$n -c f | gzip -d | cmp - g && echo level $n; done
gzip -k f && ls
gzip -n -9 <f >n1; gzip -n -9 <g >n2; cmp n1 n2 && echo deterministic
cat n1 n2 | gzip -dc | wc -l | tr -d ' '
head -c 3000 n1 >cut.gz; gzip -t cut.gz 2>/dev/null; echo "cut $?"
echo junk | gzip -d 2>/dev/null; echo "junk $?"
: | gzip | gzip -d | wc -c | tr -d ' '
cd / && rm -r $t
