/*
 * The settings of the terminal that umk was started on, in the records of umk/abi/tty.h: Linux has
 * the same flags in other places. What has no counterpart stays as the host has it.
 *
 * Settings are changed only while umk is in the terminal's foreground: in the background a shell of
 * the host has the terminal, and Linux would stop us.
 */
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "umk/abi/tty.h"
#include "umk/host/host.h"

#define LEN(a) (sizeof(a) / sizeof(a)[0])

struct pair {
    u32 ours;
    u32 host;
};

static const struct pair iflags[] = {
    {RX_BRKINT, BRKINT}, {RX_IGNBRK, IGNBRK}, {RX_IGNPAR, IGNPAR}, {RX_PARMRK, PARMRK},
    {RX_INPCK, INPCK},   {RX_ISTRIP, ISTRIP}, {RX_INLCR, INLCR},   {RX_IGNCR, IGNCR},
    {RX_ICRNL, ICRNL},   {RX_IXON, IXON},     {RX_IXOFF, IXOFF},
};
static const struct pair oflags[] = {{RX_OPOST, OPOST}, {RX_ONLCR, ONLCR}};
static const struct pair lflags[] = {
    {RX_ECHOE, ECHOE},   {RX_ECHOK, ECHOK},   {RX_ECHO, ECHO},
    {RX_ECHONL, ECHONL}, {RX_ISIG, ISIG},     {RX_ICANON, ICANON},
    {RX_TOSTOP, TOSTOP}, {RX_NOFLSH, NOFLSH}, {RX_IEXTEN, IEXTEN},
};
static const struct pair characters[] = {
    {RX_VEOF, VEOF},       {RX_VEOL, VEOL},   {RX_VEOL2, VEOL2},       {RX_VERASE, VERASE},
    {RX_VWERASE, VWERASE}, {RX_VKILL, VKILL}, {RX_VREPRINT, VREPRINT}, {RX_VINTR, VINTR},
    {RX_VQUIT, VQUIT},     {RX_VSUSP, VSUSP}, {RX_VSTART, VSTART},     {RX_VSTOP, VSTOP},
    {RX_VLNEXT, VLNEXT},   {RX_VMIN, VMIN},   {RX_VTIME, VTIME},       {RX_VDISCARD, VDISCARD},
};

static struct termios kept;
static bool is_kept;

/* A standard stream that is a terminal, or -1. */
static int terminal(void)
{
    for (int fd = 0; fd < 3; fd++)
        if (isatty(fd))
            return fd;
    return -1;
}

static u32 flags_from_host(const struct pair *pairs, size_t count, tcflag_t host)
{
    u32 flags = 0;

    for (size_t i = 0; i < count; i++)
        if (host & pairs[i].host)
            flags |= pairs[i].ours;
    return flags;
}

static tcflag_t flags_to_host(const struct pair *pairs, size_t count, u32 ours, tcflag_t host)
{
    for (size_t i = 0; i < count; i++) {
        host &= ~pairs[i].host;
        if (ours & pairs[i].ours)
            host |= pairs[i].host;
    }
    return host;
}

static i64 get_termios(int fd, struct rx_termios *r)
{
    struct termios t;

    if (tcgetattr(fd, &t) < 0)
        return -ENOTTY;
    r->iflag = flags_from_host(iflags, LEN(iflags), t.c_iflag);
    r->oflag = flags_from_host(oflags, LEN(oflags), t.c_oflag);
    r->lflag = flags_from_host(lflags, LEN(lflags), t.c_lflag);
    r->cflag = RX_CS8 | RX_CREAD | RX_HUPCL | RX_B38400;
    for (size_t i = 0; i < LEN(characters); i++)
        r->cc[characters[i].ours] = t.c_cc[characters[i].host];
    return 0;
}

static i64 set_termios(int fd, const struct rx_termios *r)
{
    struct termios t;

    if (tcgetattr(fd, &t) < 0)
        return -ENOTTY;
    if (tcgetpgrp(fd) != getpgrp())
        return -EIO;
    t.c_iflag = flags_to_host(iflags, LEN(iflags), r->iflag, t.c_iflag);
    t.c_oflag = flags_to_host(oflags, LEN(oflags), r->oflag, t.c_oflag);
    t.c_lflag = flags_to_host(lflags, LEN(lflags), r->lflag, t.c_lflag);
    for (size_t i = 0; i < LEN(characters); i++)
        t.c_cc[characters[i].host] = r->cc[characters[i].ours];
    return tcsetattr(fd, TCSANOW, &t) < 0 ? -errno : 0;
}

static i64 get_winsize(int fd, struct rx_winsize *r)
{
    struct winsize w;

    if (ioctl(fd, TIOCGWINSZ, &w) < 0)
        return -ENOTTY;
    *r = (struct rx_winsize){w.ws_row, w.ws_col, w.ws_xpixel, w.ws_ypixel};
    return 0;
}

i64 console_get(enum console_setting which, void *record)
{
    int fd = terminal();

    if (fd < 0)
        return -ENOTTY;
    return which == CONSOLE_TERMIOS ? get_termios(fd, record) : get_winsize(fd, record);
}

i64 console_set(enum console_setting which, const void *record)
{
    int fd = terminal();

    if (fd < 0)
        return -ENOTTY;
    /* The window is the terminal emulator's: only it can change its size. */
    return which == CONSOLE_TERMIOS ? set_termios(fd, record) : -EPERM;
}

void terminal_keep(void)
{
    int fd = terminal();

    is_kept = fd >= 0 && tcgetattr(fd, &kept) == 0;
}

void terminal_restore(void)
{
    int fd = terminal();

    if (is_kept && fd >= 0 && tcgetpgrp(fd) == getpgrp())
        tcsetattr(fd, TCSANOW, &kept);
}
