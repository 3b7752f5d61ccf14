/* See tty.h. */
#include "umk/x86_64/tty.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

#define BACKSPACE 8
#define DISABLED 0xFF /* the character for no character */
#define IFLAGS (RX_ISTRIP | RX_INLCR | RX_IGNCR | RX_ICRNL)
#define OFLAGS (RX_OPOST | RX_ONLCR)
#define LFLAGS \
    (RX_ECHOE | RX_ECHOK | RX_ECHO | RX_ECHONL | RX_ISIG | RX_ICANON | RX_NOFLSH | RX_IEXTEN)

void tty_init(struct tty *t, void (*echo)(const u8 *bytes, size_t len))
{
    *t = (struct tty){
        .echo = echo,
        .settings = {.iflag = RX_ICRNL,
                     .oflag = OFLAGS,
                     .cflag = RX_CS8 | RX_CREAD | RX_HUPCL | RX_B38400,
                     .lflag = RX_ECHOE | RX_ECHOK | RX_ECHO | RX_ISIG | RX_ICANON | RX_IEXTEN,
                     .cc = {[RX_VEOF] = 4,
                            [RX_VEOL] = DISABLED,
                            [RX_VEOL2] = DISABLED,
                            [RX_VERASE] = 127,
                            [RX_VWERASE] = 23,
                            [RX_VKILL] = 21,
                            [RX_VREPRINT] = 18,
                            [RX_VINTR] = 3,
                            [RX_VQUIT] = 28,
                            [RX_VSUSP] = 26,
                            [RX_VSTART] = DISABLED,
                            [RX_VSTOP] = DISABLED,
                            [RX_VLNEXT] = 22,
                            [RX_VDISCARD] = DISABLED,
                            [RX_VMIN] = 1}},
    };
}

static bool has(const struct tty *t, u32 lflag)
{
    return t->settings.lflag & lflag;
}

static bool is(const struct tty *t, u8 c, enum rx_tty_cc which)
{
    return c == t->settings.cc[which] && c != DISABLED;
}

bool tty_raw(struct tty *t, u8 c)
{
    if (t->tail - t->head == TTY_INPUT)
        return false;
    t->input[t->tail++ % TTY_INPUT] = c;
    return true;
}

bool tty_has_room(const struct tty *t)
{
    return TTY_INPUT - (t->tail - t->head) > TTY_LINE;
}

bool tty_ready(const struct tty *t)
{
    return t->tail != t->head || t->ended;
}

static void flush_line(struct tty *t)
{
    for (u32 i = 0; i < t->line_len; i++)
        tty_raw(t, t->line[i]);
    t->line_len = 0;
}

void tty_set(struct tty *t, const struct rx_termios *settings)
{
    u32 cflag = t->settings.cflag;
    u8 end = t->settings.cc[RX_VEOF];

    t->settings = *settings;
    t->settings.iflag &= IFLAGS;
    t->settings.oflag &= OFLAGS;
    t->settings.lflag &= LFLAGS;
    t->settings.cflag = cflag;
    if (!has(t, RX_ICANON)) {
        /* an end that was typed before is the key now: it is not lost */
        if (t->ended)
            tty_raw(t, end);
        t->ended = false;
        flush_line(t);
    }
    t->literal = false;
}

bool tty_maps_newline(const struct tty *t)
{
    return (t->settings.oflag & OFLAGS) == OFLAGS;
}

static void echo_byte(struct tty *t, u8 c)
{
    const u8 caret[2] = {'^', (u8)(c + '@')};

    if (c == '\n')
        t->echo((const u8 *)"\r\n" + !tty_maps_newline(t), tty_maps_newline(t) ? 2 : 1);
    else if (c < ' ' && c != '\t')
        t->echo(caret, 2);
    else
        t->echo(&c, 1);
}

/* The last character of the line goes; one that is several bytes long (UTF-8) as a whole. */
static void rub_out(struct tty *t)
{
    bool seen = has(t, RX_ECHO) && has(t, RX_ECHOE);

    if (t->line_len == 0)
        return;
    while (t->line_len > 1 && (t->line[t->line_len - 1] & 0xC0) == 0x80)
        t->line_len--;
    if (t->line[--t->line_len] < ' ' && seen)
        t->echo((const u8 *)"\b \b", 3);
    if (seen)
        t->echo((const u8 *)"\b \b", 3);
}

static void rub_out_word(struct tty *t)
{
    while (t->line_len && t->line[t->line_len - 1] == ' ')
        rub_out(t);
    while (t->line_len && t->line[t->line_len - 1] != ' ')
        rub_out(t);
}

static void show_again(struct tty *t)
{
    echo_byte(t, t->settings.cc[RX_VREPRINT]);
    echo_byte(t, '\n');
    for (u32 i = 0; i < t->line_len; i++)
        echo_byte(t, t->line[i]);
}

static u32 signal_of(const struct tty *t, u8 c)
{
    if (!has(t, RX_ISIG))
        return 0;
    return is(t, c, RX_VINTR)   ? RX_SIGINT
           : is(t, c, RX_VQUIT) ? RX_SIGQUIT
           : is(t, c, RX_VSUSP) ? RX_SIGTSTP
                                : 0;
}

/* Characters that edit the line. False: it is none. */
static bool edits(struct tty *t, u8 c)
{
    if (is(t, c, RX_VERASE) || c == BACKSPACE) {
        rub_out(t);
    } else if (is(t, c, RX_VKILL)) {
        while (t->line_len)
            rub_out(t);
    } else if (is(t, c, RX_VEOF)) {
        t->ended |= t->line_len == 0;
        flush_line(t);
    } else if (!has(t, RX_IEXTEN)) {
        return false;
    } else if (is(t, c, RX_VWERASE)) {
        rub_out_word(t);
    } else if (is(t, c, RX_VREPRINT)) {
        show_again(t);
    } else if (is(t, c, RX_VLNEXT)) {
        t->literal = true;
    } else {
        return false;
    }
    return true;
}

static void add(struct tty *t, u8 c)
{
    if (t->line_len == TTY_LINE - 1)
        return;
    t->line[t->line_len++] = c;
    if (has(t, RX_ECHO))
        echo_byte(t, c);
}

static void edit(struct tty *t, u8 c)
{
    if (t->literal) {
        t->literal = false;
        add(t, c);
    } else if (c == '\n' || is(t, c, RX_VEOL) || is(t, c, RX_VEOL2)) {
        if (has(t, RX_ECHO) || (c == '\n' && has(t, RX_ECHONL)))
            echo_byte(t, c);
        flush_line(t);
        tty_raw(t, c);
    } else if (!edits(t, c)) {
        add(t, c);
    }
}

u32 tty_byte(struct tty *t, u8 c)
{
    u32 flags = t->settings.iflag, sig;

    if (flags & RX_ISTRIP)
        c &= 0x7F;
    if (t->literal && has(t, RX_ICANON)) {
        edit(t, c);
        return 0;
    }
    if ((sig = signal_of(t, c))) {
        if (has(t, RX_ECHO))
            echo_byte(t, c);
        if (!has(t, RX_NOFLSH)) {
            t->line_len = 0;
            t->head = t->tail;
        }
        return sig;
    }
    if (c == '\r' && flags & RX_IGNCR)
        return 0;
    if (c == '\r' && flags & RX_ICRNL)
        c = '\n';
    else if (c == '\n' && flags & RX_INLCR)
        c = '\r';
    if (has(t, RX_ICANON)) {
        edit(t, c);
        return 0;
    }
    tty_raw(t, c);
    if (has(t, RX_ECHO))
        echo_byte(t, c);
    return 0;
}

/* A terminal's end of input holds for one read, as on the host. */
i64 tty_read(struct tty *t, u8 *buf, size_t len)
{
    size_t n = 0;

    while (n < len && t->head != t->tail && !(n && has(t, RX_ICANON) && buf[n - 1] == '\n'))
        buf[n++] = t->input[t->head++ % TTY_INPUT];
    if (n || len == 0)
        return (i64)n;
    if (!has(t, RX_ICANON) && t->settings.cc[RX_VMIN] == 0)
        return 0;
    if (!t->ended)
        return -EAGAIN;
    t->ended = false;
    return 0;
}
