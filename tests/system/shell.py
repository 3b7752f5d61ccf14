#!/usr/bin/env python3
"""ion in the system: quotes, variables, pipelines, redirections, statuses.

timeout: 120
"""
from umk import bulk, check, expect, ion, need_umk, run

need_umk()

expect(ion("echo hi"), 0, b"hi\n", b"")
expect(ion("echo a b   c 'd  e' \"f  g\""), 0, b"a b c d  e f  g\n")
expect(ion("let x = 5; echo $x ${x}6 '$x'"), 0, b"5 56 $x\n")
expect(ion("echo one two | cat | cat"), 0, b"one two\n")
expect(ion("echo hi | cat > /tmp/x; cat /tmp/x"), 0, b"hi\n")
expect(ion("echo a > /tmp/x; echo b >> /tmp/x; cat < /tmp/x"), 0, b"a\nb\n")
expect(ion("echo a > /tmp/x; echo b > /tmp/x; cat /tmp/x"), 0, b"b\n")
expect(ion("true && echo yes || echo no"), 0, b"yes\n")
expect(ion("false && echo yes || echo no"), 0, b"no\n")
expect(ion("false"), 1)
expect(ion("false; true"), 0)
expect(ion("echo x | false"), 1)
expect(ion("false | true"), 0)
expect(ion("for i in 1..=3; echo $i; end"), 0, b"1\n2\n3\n")
expect(ion("if test 1 -eq 1; echo same; else; echo differ; end"), 0, b"same\n")
expect(ion("cd /tmp; pwd"), 0, b"/tmp\n")
expect(ion("echo $(echo inner)"), 0, b"inner\n")
expect(ion("sleep 0.2 &; echo first; wait; echo last"), 0, b"first\nlast\n")

# A script from stdin, and one from a file.
expect(run("ion", stdin=b"echo one\necho two\n"), 0, b"one\ntwo\n")
expect(ion("echo 'echo from $(echo a file)' > /tmp/s.ion; ion /tmp/s.ion"), 0, b"from a file\n")

# What cannot be found or parsed is said on stderr, with a status.
done = ion("no-such-program")
check(done.returncode in (1, 127) and done.stdout == b"", done)
check(b"no-such-program" in done.stderr, done)
done = ion("echo 'open")
check(done.returncode != 0 and done.stdout == b"" and done.stderr, done)

# A pipeline of many, with data that fills the pipes.
expect(ion("cat " + "| cat " * 12, stdin=b"x" * bulk(500_000)), 0,
       b"x" * bulk(500_000))
