#!/usr/bin/env python3
# metal: no, it is about --cpus, which metal does not have
# umk run --cpus N: at most N threads run, everything still works, and busy programs take turns.
import subprocess, sys, time, os

here = os.path.dirname(os.path.abspath(__file__))
top = os.path.dirname(os.path.dirname(here))
umk = os.environ.get("UMK", os.path.join(top, "build", "umk"))
failed = 0


def run(cpus, *command, archive=None):
    args = [umk, "run", "--cpus", str(cpus)]
    if archive:
        args += ["--initfs", os.path.join(top, "build", archive)]
    p = subprocess.run(args + ["--", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       stdin=subprocess.DEVNULL, timeout=60)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def check(what, ok, got):
    global failed
    if not ok:
        failed += 1
        print(f"FAIL {what}: {got}")


for cpus in (1, 2):
    got = run(cpus, "ion", "-c", "for i in 1 2 3; echo $i | cat; end; ls /scheme | wc -l")
    check(f"pipelines, {cpus}", got[0] == 0 and got[1].split()[:3] == ["1", "2", "3"], got)
    for program in ("rx_process", "rx_event", "rx_pipe", "rx_namespace"):
        got = run(cpus, f"/scheme/initfs/tests/{program}", archive="initfs-test.cpio")
        check(f"{program}, {cpus}", got[0] == 0, got)

# two programs that never wait: on one processor both come to their end, and neither long after
# the other
start = time.monotonic()
got = run(1, "ion", "-c",
          "seq 1 2000000 | tail -n 1 > /tmp/a & ; seq 1 2000000 | tail -n 1 ; wait ; cat /tmp/a")
check("busy programs", got[0] == 0 and got[1].split() == ["2000000", "2000000"], got)

bad = subprocess.run([umk, "run", "--cpus", "-1", "--", "true"], stdout=subprocess.PIPE,
                     stderr=subprocess.PIPE)
check("bad number", bad.returncode == 2 and bad.stderr.count(b"\n") == 1, bad)
sys.exit(1 if failed else 0)
