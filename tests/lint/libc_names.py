#!/usr/bin/env python3
"""The C library has what its headers must have: every name of tests/libc/names.txt is declared by
its header, and a program that uses all the functions and variables links. What docs/LIBC.md lists
as missing (lines "    <header> NAME...") is excused, and must then really be missing.

timeout: 120
"""
import collections
import os
import re
import subprocess
import sys
import tempfile

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
USER = os.path.join(TOP, "build", "user")
SKIP = 77
CC = os.environ.get("CC", "gcc")


def wanted():
    """{header: {kind: [names]}} of names.txt."""
    table, header = {}, None
    with open(os.path.join(TOP, "tests/libc/names.txt"), encoding="ascii") as f:
        for line in f:
            line = line.strip()
            if line.startswith("<"):
                header = line.strip("<>")
                table[header] = collections.defaultdict(list)
            elif line and not line.startswith("#"):
                kind, rest = line.split(" ", 1)
                table[header][kind] += rest.split(", ") if kind == "t" else rest.split()
    return table


def excused():
    with open(os.path.join(TOP, "docs/LIBC.md"), encoding="utf-8") as f:
        lines = re.findall(r"^    <(\S+)> (.+)$", f.read(), re.M)
    return {(header, name.replace("struct_", "struct ")) for header, names in lines
            for name in names.split()}


def compile_(source, *options):
    own = subprocess.run([CC, "-print-file-name=include"], stdout=subprocess.PIPE, text=True,
                         check=True).stdout.strip()
    return subprocess.run(
        [CC, "-std=gnu17", "-D_GNU_SOURCE", "-D_XOPEN_SOURCE=800", "-w", "-fno-builtin",
         "-fmax-errors=0", "-nostdinc", "-isystem", os.path.join(TOP, "shim/include"),
         "-isystem", own, *options, "-xc", "-"],
        input=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def lines_of(header, names):
    """The C lines that use each name once: [(name, line)]."""
    lines = []
    for n, name in enumerate(names["t"]):
        # FILE and DIR may be incomplete
        size = name if name.startswith(("struct", "union")) else name + " *"
        lines.append((name, f"extern char size_{n}[sizeof({size})];"))
    for n, name in enumerate(names["f"]):
        lines.append((name, f"void *const f_{n} = (void *)({name});"))
    for n, name in enumerate(names["v"]):
        lines.append((name, f"void v_{n}(void) {{ (void)({name}); }}"))
    for n, name in enumerate(names["m"]):
        # an enumerator is no macro but serves as one
        lines.append((name, f"#ifndef {name}\nint m_{n} = sizeof({name});\n#endif"))
    return lines


def undeclared(header, names):
    """Names that the header does not declare."""
    if not os.path.exists(os.path.join(TOP, "shim/include", header)):
        probe = compile_(f"#include <{header}>\n", "-fsyntax-only")
        if probe.returncode != 0:
            return [n for kind in names.values() for n in kind]
    source, at = f"#include <{header}>\n", {}
    for name, text in lines_of(header, names):
        for _ in text.split("\n"):
            at[source.count("\n") + 1 + len([k for k in at if at[k] == name])] = name
        source += text + "\n"
    done = compile_(source, "-fsyntax-only")
    lines = re.findall(r"^<stdin>:(\d+):\d+: error", done.stdout, re.M)
    bad = {at.get(int(n), f"line {n}") for n in lines}
    if done.returncode != 0 and not bad:
        bad = {done.stdout}
    return sorted(bad)


def unlinked(table, skip):
    """Functions and variables that are declared and nowhere defined."""
    names = sorted({n for h, kinds in table.items() for kind in "fv" for n in kinds[kind]
                    if (h, n) not in skip})
    # Many variables are macros for something else; what the header calls them does not matter here.
    text = "".join(f"extern char {n}[];\n" for n in names if n != "errno")
    text += "void *const all[] = {" + ",".join(n for n in names) + "};\n"
    text += "int main(void) { return all[0] == 0; }\n"
    with tempfile.TemporaryDirectory() as work:
        done = compile_(text, "-c", "-o", f"{work}/all.o")
        if done.returncode != 0:
            return [done.stdout]
        archives = [os.path.join(USER, a) for a in ("libc.a", "libm.a", "libredox.a")]
        done = subprocess.run([CC, "-static", "-no-pie", "-nostdlib", "-Wl,-e,_start",
                               "-Wl,-u,_start", f"{work}/all.o", "-Wl,--start-group", *archives,
                               "-lgcc", "-Wl,--end-group", "-o", f"{work}/all"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    found = sorted(set(re.findall(r"undefined reference to `(\w+)'", done.stdout)))
    return found if found or done.returncode == 0 else [done.stdout]


def main():
    if not os.path.exists(os.path.join(USER, "libc.a")):
        return SKIP
    table, missing_ok = wanted(), excused()
    faults = []
    skip = set()
    for header, names in table.items():
        bad = undeclared(header, names)
        skip |= {(header, n) for n in bad}
        faults += [f"<{header}> lacks: {n}" for n in bad if (header, n) not in missing_ok]
        faults += [f"docs/LIBC.md calls <{header}> {n} missing, and it is there"
                   for h, n in sorted(missing_ok) if h == header and n not in bad]
    faults += [f"no definition: {n}" for n in unlinked(table, skip)]
    print(*faults, sep="\n")
    total = sum(len(k) for names in table.values() for k in names.values())
    print(f"libc_names: {total} names of {len(table)} headers, {len(faults)} faults")
    return 1 if faults or total < 1000 else 0


sys.exit(main())
