# Lua's own tests, each file in an interpreter of its own, but for big.lua, which wants a size_t of
# 32 bits. Some of them start the interpreter again by the name that they were started with.
#
#   lua5.1.sh FOLDER LUA
cd "$1" || exit 1
export LUA_PATH='?;./?.lua'
status=0
for f in main gc db calls strings literals attrib locals constructs code nextvar pm api events \
    vararg closure errors math sort verybig files checktable; do
    if "$2" "$f.lua" >"/tmp/lua5.1.$$" 2>&1; then
        echo "$f passes"
    else
        echo "$f fails"
        tail -n 5 "/tmp/lua5.1.$$"
        status=1
    fi
done
rm -f "/tmp/lua5.1.$$"
exit $status
