# openssl's own tests: the named programs, and those that work through files of cases. Then the
# command: what is signed is verified, what was changed is not.
#
#   openssl.sh TEST...
cd /test || exit 1
status=0
try() {
    echo "$*"
    "$@" >/tmp/log 2>&1 || {
        grep -A 5 '^ *not ok' /tmp/log
        status=1
    }
}
for t in "$@"; do
    try "./$t"
done
for cases in 10-test_bn_data/*.txt; do
    try ./bntest "$cases"
done
for cases in 30-test_evp_data/*.txt; do
    try ./evp_test "$cases"
done

cd /tmp || exit 1
echo text >text
echo Text >other
try openssl ecparam -genkey -name prime256v1 -noout -out key
try openssl pkey -in key -pubout -out public
try openssl dgst -sha256 -sign key -out signature text
try openssl dgst -sha256 -verify public -signature signature text
openssl dgst -sha256 -verify public -signature signature other && status=1
[ "$(openssl dgst -r -sha256 text | cut -c 1-64)" = "$(sha256sum text | cut -c 1-64)" ] || status=1
exit $status
