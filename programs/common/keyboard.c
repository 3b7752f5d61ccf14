/* Keys and the terminal's modes; see keyboard.h. Signals only set flags, which poll comes back for.
 */
#include "keyboard.h"

#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define ALTERNATE_ON "\033[?1049h"
#define ALTERNATE_OFF "\033[?1049l"
/* How long the rest of a key's sequence may be on its way. */
#define SEQUENCE_MS 50

static int tty = -1;
static bool open_now, on_alternate, at_exit;
static struct termios before;
static volatile sig_atomic_t resized, interrupted, stopping, ending;

static void on_signal(int sig)
{
    if (sig == SIGWINCH)
        resized = 1;
    else if (sig == SIGINT)
        interrupted = 1;
    else if (sig == SIGTSTP)
        stopping = 1;
    else
        ending = sig;
}

static const int signals[] = {SIGWINCH, SIGINT, SIGTSTP, SIGTERM, SIGHUP};

static void catch_signals(bool on)
{
    struct sigaction sa = {.sa_handler = on ? on_signal : SIG_DFL};
    sigemptyset(&sa.sa_mask);
    for (size_t i = 0; i < COUNT(signals); i++)
        sigaction(signals[i], &sa, NULL);
}

static void take_terminal(void)
{
    struct termios t = before;
    t.c_lflag &= ~(tcflag_t)(ECHO | ICANON | IEXTEN);
    t.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IXON);
    t.c_cc[VMIN] = 1;
    t.c_cc[VTIME] = 0;
    tcsetattr(tty, TCSADRAIN, &t);
    if (on_alternate)
        write_all(STDOUT_FILENO, ALTERNATE_ON, sizeof ALTERNATE_ON - 1);
}

static void give_terminal(void)
{
    if (on_alternate)
        write_all(STDOUT_FILENO, ALTERNATE_OFF, sizeof ALTERNATE_OFF - 1);
    tcsetattr(tty, TCSADRAIN, &before);
}

bool keyboard_open(bool alternate)
{
    if (tty < 0)
        tty = open(_PATH_TTY, O_RDWR | O_CLOEXEC);
    if (tty < 0)
        tty = fcntl(isatty(STDIN_FILENO) ? STDIN_FILENO : STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (tty < 0 || tcgetattr(tty, &before) < 0)
        return false;
    if (!at_exit)
        at_exit = atexit(keyboard_close) == 0;
    on_alternate = alternate;
    open_now = true;
    catch_signals(true);
    take_terminal();
    return true;
}

void keyboard_close(void)
{
    if (!open_now)
        return;
    open_now = false;
    give_terminal();
    catch_signals(false);
}

/* What a signal asked for, when there was one. */
static int heed_signals(void)
{
    if (ending) {
        int sig = ending;
        keyboard_close();
        raise(sig);
    }
    if (stopping) {
        stopping = 0;
        give_terminal();
        raise(SIGSTOP);
        take_terminal();
        resized = 1;
    }
    if (interrupted) {
        interrupted = 0;
        return KEY_INTERRUPT;
    }
    if (resized) {
        resized = 0;
        return KEY_RESIZED;
    }
    return KEY_NONE;
}

bool keyboard_interrupted(void)
{
    bool was = interrupted;
    interrupted = 0;
    return was;
}

static int next_byte(int timeout)
{
    struct pollfd p = {.fd = tty, .events = POLLIN};
    unsigned char c;
    if (poll(&p, 1, timeout) <= 0 || read(tty, &c, 1) != 1)
        return -1;
    return c;
}

/* Behind ESC [ or ESC O. */
static int read_sequence(void)
{
    static const struct {
        const char *text;
        int key;
    } known[] = {{"A", KEY_UP},       {"B", KEY_DOWN},      {"C", KEY_RIGHT}, {"D", KEY_LEFT},
                 {"H", KEY_HOME},     {"F", KEY_END},       {"1~", KEY_HOME}, {"4~", KEY_END},
                 {"5~", KEY_PAGE_UP}, {"6~", KEY_PAGE_DOWN}};
    char text[16];
    size_t len = 0;
    for (int c; len + 1 < sizeof text && (c = next_byte(SEQUENCE_MS)) >= 0;) {
        text[len++] = (char)c;
        if (c >= '@' && c <= '~')
            break;
    }
    text[len] = '\0';
    for (size_t i = 0; i < COUNT(known); i++) {
        if (strcmp(text, known[i].text) == 0)
            return known[i].key;
    }
    return KEY_UNKNOWN;
}

/* The rest of a UTF-8 character that begins with c; what is none stays as it is. */
static int read_character(int c)
{
    int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
    int point = more ? c & (0x3f >> more) : c;
    for (; more > 0; more--) {
        int next = next_byte(SEQUENCE_MS);
        if (next < 0)
            return c;
        point = point << 6 | (next & 0x3f);
    }
    return point;
}

/* poll, which no signal is lost before. */
static int poll_all(struct pollfd *p, nfds_t count, int timeout)
{
    struct timespec t = {timeout / 1000, timeout % 1000 * 1000000L};
    sigset_t set, unblocked;
    int n = -1;
    sigemptyset(&set);
    for (size_t i = 0; i < COUNT(signals); i++)
        sigaddset(&set, signals[i]);
    sigprocmask(SIG_BLOCK, &set, &unblocked);
    errno = EINTR;
    if (!ending && !stopping && !interrupted && !resized)
        n = ppoll(p, count, timeout < 0 ? NULL : &t, &unblocked);
    int error = errno;
    sigprocmask(SIG_SETMASK, &unblocked, NULL);
    errno = error;
    return n;
}

bool keyboard_wait_for(int fd)
{
    struct pollfd p[2] = {{.fd = tty, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    return poll_all(p, 2, -1) > 0 && !p[0].revents;
}

bool keyboard_is_ready(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) > 0;
}

int keyboard_key(int timeout, int also)
{
    struct pollfd p[2] = {{.fd = tty, .events = POLLIN}, {.fd = also, .events = POLLIN}};
    int n = poll_all(p, also < 0 ? 1 : 2, timeout), error = errno;
    int what = heed_signals();
    if (what != KEY_NONE || n == 0)
        return what;
    if (n < 0)
        return error == EINTR ? KEY_NONE : KEY_GONE;
    if (!p[0].revents)
        return KEY_READY;
    int c = next_byte(0);
    if (c < 0)
        return heed_signals() == KEY_NONE ? KEY_GONE : KEY_RESIZED;
    if (c != KEY_ESC)
        return read_character(c);
    c = next_byte(SEQUENCE_MS);
    return c < 0 ? KEY_ESC : c == '[' || c == 'O' ? read_sequence() : KEY_UNKNOWN;
}

void keyboard_size(size_t *rows, size_t *columns)
{
    struct winsize size = {0};
    ioctl(tty, TIOCGWINSZ, &size);
    *rows = size.ws_row > 1 ? size.ws_row : 24;
    *columns = size.ws_col > 1 ? size.ws_col : 80;
}
