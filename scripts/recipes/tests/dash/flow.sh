# Flow of control: lists, loops, functions, exit status, set, traps, subshells.
true && echo and
false || echo or
! false && echo not
if false; then echo no; elif true; then echo elif; else echo else; fi
i=0
while [ $i -lt 5 ]; do
    i=$((i + 1))
    [ $i -eq 2 ] && continue
    [ $i -eq 4 ] && break
    echo "i $i"
done
until [ $i -le 0 ]; do i=$((i - 2)); done
echo "until $i"
f() {
    local v=inner
    echo "f $# $v $1"
    return 7
}
f a b
echo "status $?"
fact() { if [ "$1" -le 1 ]; then echo 1; else echo $(($1 * $(fact $(($1 - 1))))); fi; }
fact 10
(exit 3)
echo "subshell $?"
x=outer
(x=changed; echo "$x")
echo "$x"
{ echo group; echo of two; } | while read -r line; do echo "got $line"; done
set -- a b c
shift
echo "$@"
set -e
(false || true; echo survived)
set +e
sh_result=$( (set -e; false; echo unreachable) ; echo "after $?")
echo "$sh_result"
set -u
(echo "${unset_variable}" 2>/dev/null; echo unreachable) 2>/dev/null || echo unset caught
set +u
trap 'echo trap EXIT' EXIT
trap 'echo got TERM' TERM
kill -TERM $$
trap - TERM
eval 'echo evaluated; y=5'
echo $y
while getopts ab:c o -a -b arg -c rest; do echo "opt $o ${OPTARG-}"; done
echo "index $OPTIND"
command -v echo
type cd | head -n 1
unset -f f
f 2>/dev/null || echo "no f: $?"
readonly r=1
(r=2) 2>/dev/null || echo readonly
alias ll='echo aliased'
test -d / && test ! -e /nonexistent && test a != b && echo tests
[ 10 -gt 9 ] && [ -n x ] && [ -z "" ] && echo more tests
exit 0
