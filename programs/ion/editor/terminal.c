/* The terminal, see terminal.h. */
#include "terminal.h"

#include <errno.h>
#include <poll.h>
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
static bool entered;
static sigset_t mask_waiting; /* while terminal_read waits */

/* What was typed before raw mode began, not read yet. */
static struct {
    char bytes[4096];
    size_t at, len;
} ahead;

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

static void take_signals(void)
{
    static const int awaited[] = {SIGWINCH, SIGCHLD, SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {0};
    sigset_t set;
    action.sa_handler = note;
    sigemptyset(&action.sa_mask);
    sigaction(SIGWINCH, &action, &size_before);
    sigaction(SIGCHLD, &action, &child_before);
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof awaited / sizeof *awaited; i++)
        sigaddset(&set, awaited[i]);
    sigprocmask(SIG_BLOCK, &set, &mask_before);
    mask_waiting = mask_before;
    /* the rest of the shell blocks it */
    sigdelset(&mask_waiting, SIGCHLD);
}

/* Out of raw mode an end of file that was typed is a mark in the terminal's queue, which becomes a
 * zero byte when the mode changes (Linux). */
static void take_typed_ahead(void)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    if (!(before.c_lflag & ICANON) || ahead.at < ahead.len || poll(&in, 1, 0) <= 0)
        return;
    ssize_t n = read(STDIN_FILENO, ahead.bytes, sizeof ahead.bytes);
    ahead.at = 0;
    ahead.len = n > 0 ? (size_t)n : 0;
    for (size_t i = 0; i < ahead.len; i++) {
        if (ahead.bytes[i] == '\0')
            ahead.bytes[i] = (char)before.c_cc[VEOF];
    }
}

bool terminal_enter(void)
{
    if (entered)
        return true;
    if (tcgetattr(STDIN_FILENO, &before) < 0)
        return false;
    struct termios raw = before;
    raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON | ISTRIP);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) < 0)
        return false;
    entered = true;
    take_signals();
    take_typed_ahead();
    /* Pasted text comes between brackets. */
    terminal_write("\x1b[?2004h", 8);
    return true;
}

void terminal_leave(void)
{
    if (!entered)
        return;
    entered = false;
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
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    size_t left = ahead.len - ahead.at;
    if (left > 0) {
        size_t taken = left < len ? left : len;
        memcpy(out, ahead.bytes + ahead.at, taken);
        ahead.at += taken;
        return (long)taken;
    }
    if (ppoll(&in, 1, NULL, &mask_waiting) < 0 && errno == EINTR)
        return -1;
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
