/* See tty.h. */
#include "umk/x86_64/tty.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

enum {
    CTRL_C = 3,
    CTRL_D = 4,
    BACKSPACE = 8,
    ENTER = 13,
    CTRL_U = 21,
    CTRL_W = 23,
    CTRL_Z = 26,
    CTRL_BACKSLASH = 28,
    DELETE = 127,
};

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

/* The last character of the line goes; one that is several bytes long (UTF-8) as a whole. */
static void rub_out(struct tty *t)
{
    if (t->line_len == 0)
        return;
    while (t->line_len > 1 && (t->line[t->line_len - 1] & 0xC0) == 0x80)
        t->line_len--;
    if (t->line[--t->line_len] < ' ')
        t->echo((const u8 *)"\b \b", 3);
    t->echo((const u8 *)"\b \b", 3);
}

static void rub_out_word(struct tty *t)
{
    while (t->line_len && t->line[t->line_len - 1] == ' ')
        rub_out(t);
    while (t->line_len && t->line[t->line_len - 1] != ' ')
        rub_out(t);
}

static void echo_byte(struct tty *t, u8 c)
{
    const u8 caret[2] = {'^', (u8)(c + '@')};

    if (c < ' ' && c != '\t')
        t->echo(caret, 2);
    else
        t->echo(&c, 1);
}

static u32 signal_of(u8 c)
{
    return c == CTRL_C           ? RX_SIGINT
           : c == CTRL_BACKSLASH ? RX_SIGQUIT
           : c == CTRL_Z         ? RX_SIGTSTP
                                 : 0;
}

u32 tty_byte(struct tty *t, u8 c)
{
    u32 sig = signal_of(c);

    if (sig) {
        echo_byte(t, c);
        t->line_len = 0;
        return sig;
    }
    if (c == ENTER || c == '\n') {
        t->echo((const u8 *)"\r\n", 2);
        flush_line(t);
        tty_raw(t, '\n');
    } else if (c == CTRL_D) {
        t->ended |= t->line_len == 0;
        flush_line(t);
    } else if (c == BACKSPACE || c == DELETE) {
        rub_out(t);
    } else if (c == CTRL_U) {
        while (t->line_len)
            rub_out(t);
    } else if (c == CTRL_W) {
        rub_out_word(t);
    } else if (t->line_len < TTY_LINE - 1) {
        t->line[t->line_len++] = c;
        echo_byte(t, c);
    }
    return 0;
}

/* A terminal's end of input holds for one read, as on the host. */
i64 tty_read(struct tty *t, u8 *buf, size_t len)
{
    size_t n = 0;

    while (n < len && t->head != t->tail)
        buf[n++] = t->input[t->head++ % TTY_INPUT];
    if (n || len == 0)
        return (i64)n;
    if (!t->ended)
        return -EAGAIN;
    t->ended = false;
    return 0;
}
