#!/usr/bin/env python3
# metal: no, it is about disk images behind a driver of the host
"""A disk image whose users have passwords boots to a login prompt: root and plain users log in, su,
sudo and passwd work at the terminal, a plain user's names are those of login_schemes.toml, and what
was changed is there the next time.

timeout: 150
"""
import re

from umk import INITFS, Terminal, UMK, check, expect, host, make_image, need_umk

need_umk()
IMAGE = "root.img"
make_image(IMAGE)
BOOT = [UMK, "run", "--initfs", INITFS, "--image", IMAGE]


def script(text, stdin):
    done = host([*BOOT, "--", "ion", "-c", text], stdin)
    check(done.returncode == 0, text, done)
    return done


def answer(t, question, text):
    t.until(question)
    t.type(text + b"\r")


def log_in(t, name, password):
    answer(t, rb"redox login:", name)
    answer(t, rb"password:", password)
    t.prompt()


def log_out(t):
    t.type(b"exit\r")


# The image's own programs, not those of the boot archive.
done = script("passwd root; passwd user; useradd -m -c 'Third One' third; passwd third; sync\n"
              "which sudo ion; ls -ld /home/third; tail -n 1 /etc/passwd",
              b"top\ntop\nright\nright\nthree\nthree\n")
check(b"/bin/sudo\n/bin/ion\n" in done.stdout, done)
check(re.search(rb"drwx------ .* /home/third\n", done.stdout), done)
check(b"third;1001;1001;Third One;/home/third;/bin/ion\n" in done.stdout, done)
hash_before = script("cat /etc/shadow", b"").stdout
check(hash_before.count(b"$argon2id$v=19$") == 3, hash_before)

with Terminal(BOOT) as t:
    # ---- Root; a wrong password first ----
    answer(t, rb"redox login:", b"root")
    answer(t, rb"password:", b"pot")
    check(b"pot" not in (said := t.until(rb"redox login:")), "the password was shown", said)
    t.type(b"root\r")
    answer(t, rb"password:", b"top")
    t.prompt()
    check(t.command(b"whoami") == b"root\n", "not root")
    check(b"irq\n" in t.command(b"ls -1 /scheme"), "root does not see all schemes")
    check(t.command(b"su third whoami") == b"third\n", "su as root")
    check(re.fullmatch(rb"root +debug/stdin +\d+-\d\d-\d\d \d\d:\d\d\n", t.command(b"who")), "who")
    check(t.command(b"who -q") == b"root\n# users=1\n", "who -q")
    check(re.search(rb"\nroot +root +\*debug/st ", t.command(b"pinky")), "pinky")
    check(re.fullmatch(rb"([0-9]m )?[0-9]+s\n", t.command(b"uptime")), "uptime")
    log_out(t)

    # ---- A plain user, and what it can name ----
    log_in(t, b"user", b"right")
    check(t.command(b"id") == b"uid=1000(user) gid=1000(user) groups=1000(user)\n", "wrong ids")
    check(t.command(b"pwd") == b"/home/user\n", "not at home")
    check(t.command(b"who").startswith(b"user "), "who of the second session")
    schemes = t.command(b"ls -1 /scheme").split(b"\n")
    check(b"file" in schemes and b"pty" in schemes and b"irq" not in schemes, schemes)
    check(b"No such device" in t.command(b"cat /scheme/irq/0"), "irq can be named")
    check(b"No such device" in t.command(b"cat irq:0"), "irq can be named the old way")
    check(t.command(b"/scheme/initfs/tests/ns_confined; echo $?") == b"0\n", "not confined")
    check(b"Permission denied" in t.command(b"cat /etc/shadow"), "a user reads the hashes")

    # ---- Up and back ----
    t.type(b"sudo id -u\r")
    answer(t, rb"\[sudo\] password for user: ", b"right")
    check(b"\n0\r\n" in t.prompt(), "sudo")
    t.type(b"su\r")
    answer(t, rb"password: ", b"top")
    t.prompt()
    check(t.command(b"whoami") == b"root\n", "su")
    log_out(t)
    t.prompt()
    check(t.command(b"whoami") == b"user\n", "still root after su")
    t.type(b"passwd\r")
    answer(t, rb"current password: ", b"right")
    answer(t, rb"new password: ", b"left")
    answer(t, rb"confirm password: ", b"left")
    t.prompt()
    log_out(t)

    # ---- A user that useradd made, in the shell that it gives ----
    log_in(t, b"third", b"three")
    check(t.command(b"echo $SHELL $HOME; pwd") == b"/bin/ion /home/third\n/home/third\n", "third")
    t.type(b"sudo id -u\r")
    answer(t, rb"\[sudo\] password for third: ", b"three")
    t.until(rb"not in sudo group \(1/3\)")
    t.type(b"\x03")
    t.prompt()
    log_out(t)
    t.until(rb"redox login:")

# ---- The next time ----
after = script("sync; cat /etc/shadow", b"").stdout
check(after != hash_before and after.count(b"$argon2id$v=19$") == 3, after)
with Terminal(BOOT) as t:
    log_in(t, b"user", b"left")
    check(t.command(b"whoami") == b"user\n", "the new password is gone")
with Terminal([*BOOT, "--user", "user"]) as t:
    t.prompt()
    check(t.command(b"whoami") == b"user\n", "--user asks nothing")
expect(host([*BOOT, "--as", "third", "--", "id", "-un"]), out=b"third\n")
