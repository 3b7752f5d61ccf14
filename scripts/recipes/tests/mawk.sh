set -e
cd /test/suite
dat=reg-awk.dat
[ -r $dat ] || dat=mawktest.dat
for pair in reg0:reg0.awk reg1:reg1.awk reg2:reg2.awk reg3:reg3.awk reg4:reg4.awk reg5:reg5.awk \
    reg6:reg6.awk reg7:reg7.awk wc:wc.awk wfrq:wfrq0.awk; do
    [ -r "${pair#*:}" ] || continue
    mawk -f "${pair#*:}" mawktest.dat >/tmp/out
    echo "${pair%%:*}" "$(cksum </tmp/out)"
done
