/*
 * Terminals of ptyd, as the C library has them: pairs, settings, signals to the foreground group,
 * the end of either side, who may open a slave, and a shell with one for its terminal.
 */
#include "tests/programs/posix_check.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>

#define WAIT_MS 10000

static int master, slave;
static char slave_name[64];
static char seen[8192]; /* output that nobody has asked for yet */

static void open_pair(void)
{
    const struct winsize size = {.ws_row = 24, .ws_col = 80, .ws_xpixel = 8, .ws_ypixel = 9};
    CHECK_EQ(openpty(&master, &slave, slave_name, NULL, &size), 0);
    seen[0] = '\0';
}

static void close_pair(void)
{
    close(master);
    close(slave);
}

static void type(const char *text)
{
    CHECK_EQ(write(master, text, strlen(text)), strlen(text));
}

static bool readable(int fd, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, ms) == 1 && (p.revents & POLLIN);
}

/* Output up to and with `end`, or all that came until there is no more. */
static const char *output(const char *end)
{
    static char text[sizeof seen];
    char part[512];
    size_t len = strlen(seen);
    const char *found;
    while (!(found = strstr(seen, end)) && readable(master, WAIT_MS)) {
        ssize_t n = read(master, part, sizeof part);
        if (n < 1 || len + (size_t)n >= sizeof seen)
            break;
        memcpy(seen + len, part, (size_t)n);
        len += (size_t)n;
        seen[len] = '\0';
    }
    if (!found)
        printf("waited in vain for '%s'; there is '%s'\n", end, seen);
    CHECK(found);
    size_t taken = found ? (size_t)(found - seen) + strlen(end) : len;
    memcpy(text, seen, taken);
    text[taken] = '\0';
    memmove(seen, seen + taken, len - taken + 1);
    return text;
}

static void check_line(const char *want)
{
    char buf[256] = "";
    ssize_t n = read(slave, buf, sizeof buf - 1);
    if (n != (ssize_t)strlen(want) || strcmp(buf, want) != 0)
        printf("read %zd: '%s', not '%s'\n", n, buf, want);
    CHECK(strcmp(buf, want) == 0);
}

static void settings(void)
{
    struct winsize size;
    struct termios t;
    unsigned number = 99;
    char name[64];
    open_pair();
    CHECK(strncmp(slave_name, "/scheme/pty/", 12) == 0);
    CHECK_EQ(isatty(slave), 1);
    CHECK_EQ(isatty(master), 1);
    CHECK_EQ(ttyname_r(slave, name, sizeof name), 0);
    CHECK(strcmp(name, slave_name) == 0);
    CHECK_EQ(ioctl(master, TIOCGPTN, &number), 0);
    CHECK_EQ(number, atoi(slave_name + 12));
    CHECK_EQ(ioctl(slave, TIOCGWINSZ, &size), 0);
    CHECK(size.ws_row == 24 && size.ws_col == 80 && size.ws_xpixel == 8 && size.ws_ypixel == 9);
    CHECK_EQ(tcgetattr(slave, &t), 0);
    CHECK(t.c_lflag & ICANON && t.c_lflag & ECHO && t.c_iflag & ICRNL && t.c_oflag & OPOST);
    CHECK_EQ(t.c_cc[VINTR], 3);
    cfmakeraw(&t);
    CHECK_EQ(tcsetattr(slave, TCSANOW, &t), 0);
    CHECK_EQ(tcgetattr(master, &t), 0);
    CHECK(!(t.c_lflag & (ICANON | ECHO | ISIG)));
    CHECK_EQ(tcflush(slave, TCIOFLUSH), 0);
    CHECK_EQ(tcsendbreak(slave, 0), 0);
    CHECK_EQ(tcdrain(slave), 0);
    CHECK_ERRNO(tcflow(slave, 99), EINVAL);
    close_pair();
    /* the name is not told before the master says so */
    int m = posix_openpt(O_RDWR | O_NOCTTY);
    CHECK_EQ(ptsname_r(m, name, sizeof name), EIO);
    CHECK_EQ(grantpt(m), 0);
    CHECK_EQ(unlockpt(m), 0);
    CHECK_EQ(ptsname_r(m, name, sizeof name), 0);
    close(m);
    CHECK_ERRNO(open(name, O_RDWR), ENOENT);
    CHECK_ERRNO(open("/scheme/pty/x", O_RDWR), EINVAL);
    CHECK_ERRNO(open("/scheme/pty/250", O_RDWR), ENOENT);
    CHECK_ERRNO(open("/scheme/pty", O_RDWR), ENOENT);
}

/* ptmx and the slaves that are there can be listed. */
static void folder(void)
{
    struct stat st;
    int found = 0, masters = 0;
    DIR *d = opendir("/scheme/pty");

    CHECK(d && stat("/scheme/pty", &st) == 0 && S_ISDIR(st.st_mode));
    open_pair();
    for (const struct dirent *e; (e = readdir(d));) {
        found += strcmp(e->d_name, slave_name + strlen("/scheme/pty/")) == 0;
        masters += strcmp(e->d_name, "ptmx") == 0;
    }
    CHECK_EQ(found, 1);
    CHECK_EQ(masters, 1);
    closedir(d);
    close_pair();
}

static void data(void)
{
    char buf[16];
    struct termios t;
    open_pair();
    CHECK(!readable(slave, 0));
    type("he\x7fy you\r");
    CHECK(readable(slave, WAIT_MS));
    check_line("hy you\n");
    CHECK(!readable(slave, 0));
    CHECK_EQ(write(slave, "one\ntwo", 7), 7);
    CHECK(strcmp(output("two"), "he\b \by you\r\none\r\ntwo") == 0);
    type("\4");
    check_line("");
    /* single keys, and reads that end by themselves */
    tcgetattr(slave, &t);
    cfmakeraw(&t);
    tcsetattr(slave, TCSANOW, &t);
    type("\4\3");
    check_line("\4\3");
    t.c_cc[VMIN] = 0;
    t.c_cc[VTIME] = 2;
    tcsetattr(slave, TCSANOW, &t);
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    CHECK_EQ(read(slave, buf, sizeof buf), 0);
    clock_gettime(CLOCK_MONOTONIC, &to);
    double took = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    CHECK(took > 0.15 && took < 5);
    t.c_cc[VMIN] = 4;
    tcsetattr(slave, TCSANOW, &t);
    type("ab");
    check_line("ab");
    CHECK_EQ(fcntl(slave, F_SETFL, fcntl(slave, F_GETFL) | O_NONBLOCK), 0);
    CHECK_ERRNO(read(slave, buf, sizeof buf), EAGAIN);
    close_pair();
}

/* A master that the scheme itself gives reads packets, and is told of fsync and of the end. */
static void packets(void)
{
    char buf[16];

    master = open("/scheme/pty/ptmx", O_RDWR | O_NOCTTY);
    CHECK_EQ(unlockpt(master), 0);
    CHECK_EQ(ptsname_r(master, slave_name, sizeof slave_name), 0);
    slave = open(slave_name, O_RDWR | O_NOCTTY);
    CHECK_EQ(write(slave, "ab", 2), 2);
    CHECK_EQ(fsync(slave), 0);
    CHECK_EQ(read(master, buf, sizeof buf), 3);
    CHECK(memcmp(buf, "\0ab", 3) == 0);
    CHECK_EQ(read(master, buf, sizeof buf), 1);
    CHECK_EQ(buf[0], 1);
    close(slave);
    CHECK(readable(master, WAIT_MS));
    CHECK_ERRNO(read(master, buf, sizeof buf), EAGAIN);
    close(master);
}

/* Input without echo is no output: a wait for output goes on. */
static void no_false_news(void)
{
    struct termios t;
    open_pair();
    tcgetattr(slave, &t);
    t.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(slave, TCSANOW, &t);
    pid_t pid = fork();
    if (pid == 0) {
        usleep(50000);
        type("quiet");
        _exit(0);
    }
    CHECK(!readable(master, 300));
    int status = -1;
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    close_pair();
}

/* A writer that is faster than the reader waits, and nothing is lost. */
static void much(void)
{
    enum { TOTAL = 300000 };
    static char block[5000];
    size_t got = 0;
    open_pair();
    struct termios t;
    tcgetattr(slave, &t);
    cfmakeraw(&t);
    tcsetattr(slave, TCSANOW, &t);
    pid_t pid = fork();
    if (pid == 0) {
        for (size_t done = 0; done < TOTAL; done += sizeof block) {
            memset(block, 'a' + (int)(done / sizeof block % 26), sizeof block);
            for (size_t n = 0; n < sizeof block;) {
                ssize_t more = write(slave, block + n, sizeof block - n);
                if (more <= 0)
                    _exit(1);
                n += (size_t)more;
            }
        }
        _exit(0);
    }
    bool right = true;
    while (got < TOTAL && readable(master, WAIT_MS)) {
        ssize_t n = read(master, block, sizeof block);
        for (ssize_t i = 0; i < n; i++, got++)
            right &= block[i] == 'a' + (int)(got / sizeof block % 26);
    }
    CHECK_EQ(got, TOTAL);
    CHECK(right);
    int status = -1;
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    close_pair();
}

/* A child on a terminal of its own; it says "ready" when its handlers are there. */
static pid_t child_on_terminal(int ignored)
{
    pid_t pid = forkpty(&master, slave_name, NULL, NULL);
    seen[0] = '\0';
    if (pid)
        return pid;
    signal(ignored, SIG_IGN);
    printf("ready %d\n",
           getpgrp() == tcgetpgrp(0) && getsid(0) == getpid() && getenv("TTY") && isatty(1));
    fflush(stdout);
    for (;;)
        pause();
}

static void ends_by(pid_t pid, int sig)
{
    int status = 0;
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK(WIFSIGNALED(status));
    CHECK_EQ(WTERMSIG(status), sig);
}

static void signals(void)
{
    pid_t pid = child_on_terminal(SIGQUIT);
    CHECK(strstr(output("\r\n"), "ready 1"));
    type("\x1c\3");
    ends_by(pid, SIGINT);
    close(master);
    pid = child_on_terminal(SIGCONT);
    output("\r\n");
    close(master);
    ends_by(pid, SIGHUP);
}

static void note(int sig)
{
    (void)sig;
}

/* A read that waits for keys ends by a signal that is handled. */
static void interrupted(void)
{
    pid_t pid = forkpty(&master, NULL, NULL, NULL);
    seen[0] = '\0';
    if (pid == 0) {
        struct sigaction action = {.sa_handler = note};
        char byte;
        sigaction(SIGINT, &action, NULL);
        write(1, "ready\n", 6);
        _exit(read(0, &byte, 1) < 0 && errno == EINTR ? 7 : 1);
    }
    output("ready\r\n");
    usleep(100000);
    type("\3");
    int status = 0;
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(WEXITSTATUS(status), 7);
    close(master);
}

static void window_size(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGWINCH);
    sigprocmask(SIG_BLOCK, &set, NULL);
    pid_t pid = forkpty(&master, NULL, NULL, NULL);
    if (pid == 0) {
        struct winsize size;
        int sig = 0;
        write(1, "ready\n", 6);
        sigwait(&set, &sig);
        _exit(sig == SIGWINCH && ioctl(0, TIOCGWINSZ, &size) == 0 && size.ws_row == 11 ? 7 : 1);
    }
    output("ready\r\n");
    const struct winsize size = {.ws_row = 11, .ws_col = 12};
    CHECK_EQ(ioctl(master, TIOCSWINSZ, &size), 0);
    int status = 0;
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(WEXITSTATUS(status), 7);
    close(master);
}

static void ends(void)
{
    char buf[16];
    open_pair();
    close(slave);
    CHECK(readable(master, WAIT_MS));
    CHECK_EQ(read(master, buf, sizeof buf), 0);
    slave = open(slave_name, O_RDWR);
    CHECK(slave >= 0);
    CHECK(!readable(master, 0));
    close(master);
    CHECK_EQ(read(slave, buf, sizeof buf), 0);
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERRNO(write(slave, "x", 1), EPIPE);
    signal(SIGPIPE, SIG_DFL);
    CHECK_ERRNO(open(slave_name, O_RDWR), ENOENT);
    close(slave);
}

/* In a child without root's rights. */
static int as_user(int (*f)(pid_t other), pid_t other)
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        if (setgid(1000) < 0 || setuid(1000) < 0)
            _exit(99);
        _exit(f(other));
    }
    waitpid(pid, &status, 0);
    return WEXITSTATUS(status);
}

static int opens(pid_t other)
{
    (void)other;
    int fd = open(slave_name, O_RDWR);
    return fd >= 0 ? 0 : errno;
}

/* A terminal must not be a way to signal whom one may not signal. */
static int takes_group(pid_t other)
{
    int m, s;
    setsid();
    if (openpty(&m, &s, NULL, NULL, NULL) < 0)
        return 98;
    if (tcsetpgrp(s, getpgrp()) < 0)
        return 97;
    return tcsetpgrp(s, other) == 0 ? 0 : errno;
}

/* /dev/tty is what $TTY names, and nothing without it. */
static void session_terminal(void)
{
    char name[64] = "";
    FILE *f;
    int fd;

    open_pair();
    setenv("TTY", slave_name, 1);
    fd = open("/dev/tty", O_RDWR | O_NOCTTY);
    CHECK_EQ(ttyname_r(fd, name, sizeof(name)), 0);
    CHECK_EQ(strcmp(name, slave_name), 0);
    close(fd);
    f = fopen("/dev/tty", "r");
    CHECK(f && isatty(fileno(f)));
    if (f)
        fclose(f);
    unsetenv("TTY");
    CHECK_ERRNO(open("/dev/tty", O_RDWR), ENXIO);
    CHECK_ERRNO(ioctl(-1, TIOCSCTTY, 0), EBADF);
    CHECK_EQ(ioctl(slave, TIOCSCTTY, 0), 0);
    CHECK_EQ(strcmp(getenv("TTY"), slave_name), 0);
    unsetenv("TTY");
    close_pair();
}

static void permissions(void)
{
    open_pair();
    CHECK_EQ(as_user(opens, 0), EACCES);
    CHECK_EQ(fchown(slave, 1000, (gid_t)-1), 0);
    CHECK_EQ(as_user(opens, 0), 0);
    CHECK_EQ(fchmod(slave, 0200), 0);
    CHECK_EQ(as_user(opens, 0), EACCES);
    close_pair();
    int lives[2];
    char byte;
    CHECK_EQ(pipe(lives), 0);
    pid_t victim = fork();
    if (victim == 0) {
        setpgid(0, 0);
        write(lives[1], "", 1);
        for (;;)
            pause();
    }
    CHECK_EQ(read(lives[0], &byte, 1), 1);
    close(lives[0]);
    close(lives[1]);
    CHECK_EQ(as_user(takes_group, victim), EPERM);
    CHECK_EQ(as_user(takes_group, 12345), ESRCH);
    CHECK_EQ(kill(victim, SIGKILL), 0);
    ends_by(victim, SIGKILL);
}

/* There is an end to pairs; and no number stays behind. */
static void many(void)
{
    int fds[300], counts[2] = {0};
    for (int i = 0; i < 2; i++) {
        int n = 0;
        while (n < 300 && (fds[n] = posix_openpt(O_RDWR)) >= 0)
            n++;
        int error = errno;
        CHECK_EQ(error, ENOSPC);
        counts[i] = n;
        while (n)
            close(fds[--n]);
    }
    CHECK_EQ(counts[0], 256);
    CHECK_EQ(counts[1], 256);
}

static void shell(void)
{
    pid_t pid = forkpty(&master, NULL, NULL, NULL);
    if (pid == 0) {
        execlp("ion", "ion", NULL);
        _exit(127);
    }
    output("#");
    type("echo $((6 * 7))\r");
    output("42\r\n");
    output("#");
    type("sleep 100\r");
    output("sleep 100");
    output("\033[?2004l"); /* the editor has left the terminal to the command */
    usleep(300000);
    type("\3");
    output("#");
    type("tty\r");
    output("/scheme/pty/");
    output("#");
    type("exit 5\r");
    int status = 0;
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(WEXITSTATUS(status), 5);
    close(master);
}

/* A login prompt on a terminal of ptyd, which belongs to the user meanwhile. */
static void login(void)
{
    open_pair();
    pid_t pid = fork();
    if (pid == 0) {
        execlp("getty", "getty", "-J", slave_name, NULL);
        _exit(127);
    }
    output("redox login:");
    type("\3");
    output("redox login:");
    type("user\r");
    output("$");
    type("sudo id\r");
    output("password for user: ");
    type("\3");
    output("$");
    type("cat\r");
    output("cat");
    output("\033[?2004l");
    usleep(300000);
    type("echoed\r");
    output("echoed\r\nechoed\r\n"); /* the terminal's echo is on again */
    type("\4");
    output("$");
    type("whoami > $TTY; echo $((6 * 7))\r");
    CHECK(strstr(output("42\r\n"), "user\r\n"));
    output("$");
    type("exit\r");
    output("redox login:");
    close_pair();
    kill(pid, SIGKILL);
    ends_by(pid, SIGKILL);
}

int main(void)
{
    settings();
    folder();
    data();
    packets();
    no_false_news();
    much();
    signals();
    interrupted();
    window_size();
    ends();
    session_terminal();
    permissions();
    many();
    shell();
    login();
    return check_status();
}
