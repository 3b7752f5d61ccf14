# What find and xargs must do, the same here and on the host.
t=${TMPDIR:-/tmp}/find.$$
mkdir -p $t/a/b/c $t/d && cd $t || exit 1
echo x >a/one.c; echo yy >a/b/two.h; : >a/b/c/three.c; : >'d/with space'; ln -s one.c a/link
chmod 600 a/one.c; chmod 755 d/with*
find . | sort
find . -name '*.c' | sort
find . -type d | sort
find . -type l
find . -type f -size -2c | sort
find . -empty | sort
find . -maxdepth 1 | sort
find . -mindepth 3 | sort
find . -perm 600 -type f
find a -path '*b*' -prune -o -print | sort
find . -name '*.c' -exec echo got {} ';' | sort
find . -name '*.c' -exec echo {} + | tr ' ' '\n' | sort
find . ! -name '*.c' -type f | sort
find . '(' -name '*.c' -o -name '*.h' ')' -print | sort
find . -type f -printf '%f %s %m\n' | sort
find . -depth | head -n 1 | wc -l | tr -d ' '
find . -print0 | tr '\0' '\n' | wc -l | tr -d ' '
find . -regex '.*/t[a-z]*\.[ch]' | sort
find . -iname 'ONE*'
touch -t 200102030405 a/one.c; find . -newer a/one.c -name two.h
find a -name one.c -delete; ls a
find missing 2>/dev/null; echo "missing $?"
echo a b c | xargs echo
echo a b c | xargs -n 1 echo
printf 'a b\nc\n' | xargs -I{} echo '<{}>'
printf 'a b\0c\0' | xargs -0 -n1 echo
seq 1 2000 | xargs -n 500 echo | wc -l | tr -d ' '
echo | xargs -r echo no
echo x | xargs false; echo "xargs $?"
seq 1 8 | xargs -P 4 -n 1 echo | sort
find . -name 'w*' -print0 | xargs -0 ls
cd / && rm -r $t
