# Processes: pipes, redirection, background jobs, signals, wait, exec, umask, many children.
d=${TMPDIR:-/tmp}/processes.$$
mkdir "$d" && cd "$d" || exit 1
echo one >f
echo two >>f
cat <f
echo err >&2 2>e
{ echo out; echo err >&2; } >both 2>&1
sort both
exec 3>third
echo to three >&3
exec 3>&-
cat third
exec 4<f
read -r first <&4
read -r second <&4
exec 4<&-
echo "$first $second"
set -C
(echo no >f) 2>/dev/null || echo noclobber
echo yes >|f
cat f
set +C
seq 1 1000 | while read -r n; do echo $n; done | tail -n 1
echo a b c | tr ' ' '\n' | sort -r | head -n 2
sleep 0.1 &
p=$!
wait $p
echo "waited $?"
(exit 5) &
wait $!
echo "status $?"
sleep 10 &
p=$!
kill $p
wait $p 2>/dev/null
echo "killed $(($? - 128))"
for n in 1 2 3 4 5 6 7 8; do (exit $n) & pids="$pids $!"; done
total=0
for p in $pids; do wait $p; total=$((total + $?)); done
echo "total $total"
umask 027
umask
: >masked
ls -l masked | cut -c1-10
echo "$(echo nested $(echo deep))"
(trap 'echo in USR1' USR1; sh -c 'kill -USR1 $PPID' 2>/dev/null; :)
X=1 env | grep '^X='
export Y=exported
sh -c 'echo "$Y"' 2>/dev/null
yes | head -n 3
true | false
echo "pipe status $?"
cat nothing 2>/dev/null || echo "cat fails"
nonexistent_command 2>/dev/null
echo "not found $?"
cd / && rm -r "$d"
(exec echo replaced)
