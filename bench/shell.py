"""The shell: loops and starts inside the system, beside dash and bash on the host."""

import re

from processes import Failed, run

ADDITIONS = 1000000
TURNS = 25000  # of four operations each
STARTS = 200
SPAWNS = 200
TRUE = "/scheme/initfs/bin/true"

ION = {
    "add": f"let n = 0; time while test $n -lt {ADDITIONS}; let n += 1; end; echo $n",
    "text": f"let a = []; let s = ''; let c = ''; time for i in 0..{TURNS}; let s ++= x; "
            "let a ++= item$i; let b = @a[$i]; let c = $replace(b item n); end; "
            "echo $len_bytes(s) $c",
    "start": f"time for i in 0..{STARTS}; ion -c true; end; echo $i",
    "command": f"time for i in 0..{SPAWNS}; {TRUE}; end; echo $i",
}
SH = {
    "add": f"n=0; while [ $n -lt {ADDITIONS} ]; do n=$((n + 1)); done; echo $n",
    "text": f"a=(); s=; for ((i = 0; i < {TURNS}; i++)); do s+=x; a+=(item$i); b=${{a[i]}}; "
            "c=${b/item/n}; done; echo ${#s} $c",
    "start": f"i=0; while [ $i -lt {STARTS} ]; do SELF -c true; i=$((i + 1)); done; "
             "echo $((i - 1))",
    "command": f"i=0; while [ $i -lt {SPAWNS} ]; do /bin/true; i=$((i + 1)); done; "
               "echo $((i - 1))",
}
WANT = {"add": f"{ADDITIONS}", "text": f"{TURNS} n{TURNS - 1}", "start": f"{STARTS - 1}",
        "command": f"{SPAWNS - 1}"}
PEERS = {"add": ["dash", "bash"], "text": ["bash"], "start": ["dash", "bash"],
         "command": ["dash", "bash"]}


def inside(umk, name):
    """Seconds that ion says it took, in a system of its own."""
    words = run(umk.command("ion", "-c", ION[name]), 60).split()
    took = re.fullmatch(r"(?:(\d+)m)?([\d.]+)s", words[1]) if len(words) > 2 else None
    if took is None or " ".join(words[2:]) != WANT[name]:
        raise Failed(f"ion gave {' '.join(words)!r}")
    return 60 * int(took[1] or 0) + float(took[2])


def outside(shell, name):
    """The same of a shell of the host: its own clock would be whole seconds, so ours is read."""
    script = SH[name].replace("SELF", shell)
    timed = f"date +%s%N; {script}; date +%s%N"
    before, *answer, after = run([shell, "-c", timed], 60).split()
    if " ".join(answer) != WANT[name]:
        raise Failed(f"{shell} gave {' '.join(answer)!r}")
    return (int(after) - int(before)) / 1e9


def measure(report, umk, args):
    for _ in range(args.rounds):
        for name in ION:
            report.sample(f"ion_{name}", inside(umk, name))
            for shell in PEERS[name]:
                report.sample(f"{shell}_{name}", outside(shell, name))
    for name in ION:
        for shell in ["ion", *PEERS[name]]:
            report.settle(f"{shell}_{name}", "s", 3)
        report.check_ratio(f"ion_{name}_to_bash", f"ion_{name}", f"bash_{name}", "<=", 1, 2)
    if "ion_start" in report.figures:
        report.figure("ion_one_start", report.figures["ion_start"] / STARTS * 1000, "ms", 2)
        report.check_figure("ion_one_start_ms", "ion_one_start", "<=", 10, 2)
