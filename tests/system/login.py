#!/usr/bin/env python3
"""Users: logging in, sudo, su and passwd with and without the right password, the commands that
change users and groups, and what a plain user can name.

timeout: 180
metal: no, it is about --as and --user, which metal does not have
"""
import re

from umk import INITFS, Terminal, UMK, check, expect, host, need_umk, run

need_umk()


def as_user(*command, **kwargs):
    return host([UMK, "run", "--initfs", INITFS, "--as", "user", "--", *command], **kwargs)


def root_script(script, status=0, stdin=b""):
    done = run("ion", "-c", script, stdin=stdin)
    check(done.returncode == status, script, done)
    return done


# ---- Who a command runs as ----
expect(run("id", "-u"), out=b"0\n")
expect(as_user("id"), out=b"uid=1000(user) gid=1000(user) groups=1000(user)\n")
expect(as_user("whoami"), out=b"user\n")
expect(as_user("ion", "-c", "echo $HOME $USER $UID; pwd"),
       out=b"/home/user user 1000\n/home/user\n")
expect(as_user("ion", "-c", "exit 7"), status=7)
expect(as_user("no-such-program"), status=127)
done = host([UMK, "run", "--initfs", INITFS, "--as", "nobody-here", "--", "true"])
check(done.returncode == 1 and b"does not exist" in done.stderr, done)

# ---- Changing users and groups ----
done = root_script("""
useradd -m -c "Some One" someone
useradd -u 2000 -g user -s /bin/x -d /nowhere other
groupadd -g 500 team
groupadd -f team
usermod -G team,sudo someone
usermod -l anyone -c Any someone
groupmod -n crew -g 501 team
cat /etc/passwd /etc/group
ls -ld /home/someone
userdel -r anyone
groupdel crew
cat /etc/passwd /etc/group
ls /home
""")
text = done.stdout.decode()
check("anyone;1001;1001;Any;/home/someone;/bin/ion\n"
      "other;2000;1000;other;/nowhere;/bin/x\n" in text,
      text)
check("crew;x;501;anyone\n" in text and "sudo;x;1;user,anyone\n" in text, text)
check(re.search(r"drwx------ .* 1001 +1001 .*/home/someone", text) or
      re.search(r"drwx------ .* anyone +someone .*/home/someone", text), text)
tail = text[text.rindex("root;0;0;"):]
check("anyone" not in tail and "crew" not in tail and tail.endswith("\nuser\n"), text)
for bad in ("useradd ab", "useradd user", "useradd -u 1000 newone", "useradd 'a;b;c'",
            "useradd -c 'x;y' newone", "useradd -g nogroup newone", "userdel nobody-here",
            "usermod -m user", "groupadd sudo", "groupadd -g x newone", "groupdel user",
            "groupmod -g 0 user", "usermod -G nogroup user", "passwd nobody-here"):
    done = run("ion", "-c", f"{bad}; let s = $?; cat /etc/passwd /etc/group /etc/shadow; exit $s")
    check(done.returncode == 1, bad, done)
    check(done.stderr.startswith(bad.split()[0].encode() + b": "), bad, done)
    check(b"newone" not in done.stdout and done.stdout.count(b"\n") == 8, bad, done)
for command in ("useradd newone", "passwd root", "passwd -l user", "groupadd newone",
                "login -f root"):
    done = as_user(*command.split())
    check(done.returncode == 1 and b"root can" in done.stderr, command, done)

# ---- Passwords ----


def with_password(script, stdin):
    """As user, whose password is `right`."""
    return run("ion", "-c", f"passwd user; usermod -G sudo user; login -f user ion -c '{script}'",
               stdin=b"right\nright\n" + stdin)


done = with_password("sudo id -u", b"right\n")
expect(done, out=b"0\n")
done = with_password("sudo cat /etc/shadow", b"right\n")
check(b"user;$argon2id$v=19$m=19456,t=2,p=1$" in done.stdout, done)
done = with_password("sudo id -u", b"wrong\nwrong again\nright\n")
check(done.stdout == b"0\n" and b"(2/3)" in done.stderr, done)
done = with_password("sudo id -u", b"wrong\nwrong\n\n")
check(done.returncode == 1 and done.stdout == b"" and b"(3/3)" in done.stderr, done)
done = with_password("su root id -u", b"right\n")  # root's is unset: nothing matches
check(done.returncode == 1 and b"su: authentication failed" in done.stderr, done)
done = with_password("passwd", b"wrong\n")
check(done.returncode == 1 and b"not your password" in done.stderr, done)
done = with_password("passwd; sudo id -u", b"right\nnext\nnext\nnext\n")
expect(done, out=b"0\n")
# Not in the group: the right password is not enough.
done = run("ion", "-c", "useradd someone; passwd someone; login -f someone sudo id -u",
           stdin=b"right\n" * 5)
check(done.returncode == 1 and done.stdout == b"" and b"(3/3)" in done.stderr, done)
done = run("ion", "-c", "passwd; login -f user su root id -u", stdin=b"top\ntop\ntop\n")
expect(done, out=b"0\n")
# Lifted, a plain user has the whole namespace; root's own commands need no password.
done = with_password("ls /scheme; sudo ls /scheme", b"right\n")
lists = done.stdout.split(b"debug\n")
check(b"irq\n" not in lists[1] and b"irq\n" in lists[2], done)
expect(run("sudo", "id", "-u"), out=b"0\n")
expect(run("su", "user", "id", "-u"), out=b"1000\n")
expect(run("sudo", "no-such-program"), status=127)

# ---- What a plain user can name ----
expect(as_user("/scheme/initfs/tests/ns_confined"), out=b"")
expect(as_user("cat", "/scheme/initfs/root/etc/shadow"), status=1, out=b"")
expect(as_user("cat", "/etc/shadow"), status=1, out=b"")
expect(run("contain", "-s", "sys", "cat", "/scheme/sys/uname", "/scheme/file/etc/motd"), status=1)
expect(run("contain", "ls", "/scheme"),
       out=b"event\ninitfs\nmemory\nnull\npipe\nrand\ntime\nzero\n")
done = as_user("contain", "-n", "-s", "irq", "-s", "initfs", "-s", "pipe", "ls", "/scheme")
expect(done, out=b"initfs\npipe\n")

# ---- At a terminal ----
with Terminal([UMK, "run", "--initfs", INITFS]) as t:
    t.prompt()
    check(t.command(b"whoami") == b"root\n", "no password anywhere: root's shell")
    t.type(b"passwd user\r")
    t.until(rb"new password: ")
    t.type(b"sesame\r")
    t.until(rb"confirm password: ")
    t.type(b"sesame\r")
    t.prompt()
    t.type(b"getty -J\r")
    t.until(rb"redox login:")
    t.type(b"\r")
    t.until(rb"redox login:")
    t.type(b"stranger\r")
    t.until(rb"Login incorrect(?s:.*)redox login:")
    t.type(b"user\r")
    t.until(rb"password:")
    t.type(b"mellon\r")
    answer = t.until(rb"redox login:")
    check(b"mellon" not in answer, "the password was shown", answer)
    t.type(b"user\r")
    t.until(rb"password:")
    t.type(b"sesame\r")
    t.prompt()
    check(t.command(b"whoami") == b"user\n", "not logged in as user")
    check(t.command(b"pwd") == b"/home/user\n", "not at home")
    t.type(b"exit\r")
    t.until(rb"redox login:")
    t.type(b"\x04")
    t.type(b"exit\r")
    check(t.ended() == 0, "getty did not end with its input")
with Terminal([UMK, "run", "--initfs", INITFS, "--user", "user"]) as t:
    t.prompt()
    check(t.command(b"whoami") == b"user\n", "--user")
    t.type(b"exit\r")
    check(t.ended() == 0, "--user: status")
