# Expansion of words: parameters, quotes, fields, patterns, arithmetic, here-documents.
x=value
unset y
echo "${x}" "${y-none}" "${y:-empty}" "${x:+set}" "${#x}"
echo "${y=assigned} $y"
path=/usr/local/lib/name.tar.gz
echo "${path##*/}" "${path%.*}" "${path%%.*}" "${path#/usr}"
set -- one 'two words' three
echo $# "$1" "$2"
for a in "$@"; do echo "<$a>"; done
for a in $*; do echo "[$a]"; done
echo "$*"
IFS=:
set -- a:b:c
for a in $1; do echo "($a)"; done
v=a:b::c
for a in $v; do echo "($a)"; done
unset IFS
echo $((1 + 2 * 3)) $((7 / 2)) $((7 % 3)) $((1 << 10)) $((0x1f)) $((010)) $((5 > 3 && 2 < 1))
n=5
: $((n += 3))
echo $n $((n == 8 ? 100 : 200)) $((~0)) $((-7 / 2))
echo 'single $x' "double $x" back\$slash "quote\"d"
cat <<END
here $x $((1 + 1)) $(echo sub)
END
cat <<'END'
here $x $((1 + 1)) $(echo sub)
END
cat <<-END
	tabs	go
	END
echo "nested $(echo "inner $(echo "most $x")")"
echo `echo old style`
mkdir -p "${TMPDIR:-/tmp}/words.$$"
cd "${TMPDIR:-/tmp}/words.$$" || exit 1
: >a.c; : >b.c; : >.hidden; : >'with space'
echo *.c
echo * | tr ' ' _
echo [ab].c ?.c [!a].c no*match
case file.txt in *.c) echo c ;; *.txt | *.md) echo text ;; *) echo other ;; esac
case '*' in '*') echo star ;; esac
cd / && rm -r "${TMPDIR:-/tmp}/words.$$"
echo ~ | wc -l | tr -d ' '
printf '%s|%5d|%-5s|%05.1f|%x\n' str 42 ab 3.14159 255
printf '%b' 'a\tb\n'
