/* The terminal, see terminal.h. */
#include "terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios before;
static sigset_t mask_before;
static struct sigaction child_before;
static struct sigaction size_before;
static volatile sig_atomic_t resized;

bool terminal_is_usable(void)
{
    struct termios t;
    const char *term = getenv("TERM");
    if (term && strcmp(term, "dumb") == 0)
        return false;
    return isatty(STDOUT_FILENO) && tcgetattr(STDIN_FILENO, &t) == 0;
}

static void note(int sig)
{
    if (sig == SIGWINCH)
        resized = 1;
}

/* Without SA_RESTART, so that a read returns. SIGCHLD is blocked in the rest of the shell. */
static void take_signals(void)
{
    struct sigaction action = {0};
    sigset_t children;
    action.sa_handler = note;
    sigemptyset(&action.sa_mask);
    sigaction(SIGWINCH, &action, &size_before);
    sigaction(SIGCHLD, &action, &child_before);
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_UNBLOCK, &children, &mask_before);
}

bool terminal_enter(void)
{
    if (tcgetattr(STDIN_FILENO, &before) < 0)
        return false;
    struct termios raw = before;
    raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON | ISTRIP);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) < 0)
        return false;
    take_signals();
    /* Pasted text comes between brackets. */
    terminal_write("\x1b[?2004h", 8);
    return true;
}

void terminal_leave(void)
{
    terminal_write("\x1b[?2004l", 8);
    sigprocmask(SIG_SETMASK, &mask_before, NULL);
    sigaction(SIGWINCH, &size_before, NULL);
    sigaction(SIGCHLD, &child_before, NULL);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

static unsigned from_environment(const char *name, unsigned otherwise)
{
    const char *text = getenv(name);
    unsigned long n = text ? strtoul(text, NULL, 10) : 0;
    return n > 0 && n < 10000 ? (unsigned)n : otherwise;
}

struct terminal_size terminal_size(void)
{
    struct winsize w = {0};
    struct terminal_size size;
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0;
    size.rows = known && w.ws_row > 0 ? w.ws_row : from_environment("LINES", 24);
    size.columns = known && w.ws_col > 1 ? w.ws_col : from_environment("COLUMNS", 80);
    if (size.columns < 2)
        size.columns = 2;
    return size;
}

long terminal_read(char *out, size_t len)
{
    ssize_t n = read(STDIN_FILENO, out, len);
    if (n < 0)
        return errno == EINTR ? -1 : 0;
    return n;
}

bool terminal_resized(void)
{
    bool yes = resized;
    resized = 0;
    return yes;
}

void terminal_write(const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(STDOUT_FILENO, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        text += n;
        len -= (size_t)n;
    }
}
