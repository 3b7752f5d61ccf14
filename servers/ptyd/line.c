/*
 * The line discipline (POSIX, General Terminal Interface): translation, signals, flow control,
 * editing of the line and echo. Control characters are echoed as they are, unless ECHOCTL asks for
 * ^X. A place of c_cc that holds 0 stands for no character.
 */
#include "servers/ptyd/line.h"
#include "umk/abi/flags.h"

#define DEL 0x7F

static bool is_char(const struct pair *p, enum rx_tty_cc which, u8 byte)
{
    return byte && p->termios.cc[which] == byte;
}

static bool local(const struct pair *p, u32 flag)
{
    return p->termios.lflag & flag;
}

static bool is_control(u8 byte)
{
    return byte < ' ' || byte == DEL;
}

/* The byte is shown as ^X. */
static bool caret(const struct pair *p, u8 byte)
{
    return local(p, RX_ECHOCTL) && is_control(byte) && byte != '\n' && byte != '\t';
}

static void show(struct pair *p, u8 byte)
{
    const u8 two[2] = {'^', byte ^ 0x40};
    if (caret(p, byte))
        pair_echo(p, two, 2);
    else
        pair_echo(p, &byte, 1);
}

static void echo(struct pair *p, u8 byte)
{
    if (local(p, RX_ECHO))
        show(p, byte);
}

/* Wipes as many columns as show() has used. */
static void wipe(struct pair *p, u8 byte)
{
    for (int i = caret(p, byte) ? 2 : 1; i; i--)
        pair_echo(p, (const u8 *)"\b \b", 3);
}

/* Removes the last character of the line: with IUTF8 all of its bytes. */
static void erase(struct pair *p)
{
    u8 byte;
    do
        byte = p->edit[--p->edit_len];
    while (p->edit_len && (p->termios.iflag & RX_IUTF8) && (byte & 0xC0) == 0x80);
    if (!local(p, RX_ECHO))
        return;
    if (local(p, RX_ECHOE))
        wipe(p, byte);
    else
        show(p, p->termios.cc[RX_VERASE]);
}

static void kill_line(struct pair *p)
{
    if (local(p, RX_ECHOE)) {
        while (p->edit_len)
            erase(p);
        return;
    }
    p->edit_len = 0;
    echo(p, p->termios.cc[RX_VKILL]);
    if (local(p, RX_ECHOK))
        echo(p, '\n');
}

static bool blank(u8 byte)
{
    return byte == ' ' || byte == '\t';
}

static void erase_word(struct pair *p)
{
    while (p->edit_len && blank(p->edit[p->edit_len - 1]))
        erase(p);
    while (p->edit_len && !blank(p->edit[p->edit_len - 1]))
        erase(p);
}

static void reprint(struct pair *p)
{
    echo(p, p->termios.cc[RX_VREPRINT]);
    echo(p, '\n');
    for (u32 i = 0; i < p->edit_len; i++)
        echo(p, p->edit[i]);
}

/* The line is done: one packet. */
static bool finish(struct pair *p, u8 tag)
{
    if (!queue_put(&p->in, tag, p->edit, p->edit_len))
        return false;
    p->edit_len = 0;
    return true;
}

static void collect(struct pair *p, u8 byte)
{
    if (p->edit_len < EDIT_MAX)
        p->edit[p->edit_len++] = byte;
}

/* A byte that means itself. */
static bool add(struct pair *p, u8 byte)
{
    if (!local(p, RX_ICANON) && !queue_append(&p->in, IN_LINE, &byte, 1))
        return false;
    if (local(p, RX_ICANON)) {
        /* the last place is for the line's end */
        if (p->edit_len >= EDIT_MAX - 1)
            return true;
        collect(p, byte);
    }
    echo(p, byte);
    return true;
}

static bool end_line(struct pair *p, u8 byte)
{
    u32 len = p->edit_len;
    collect(p, byte);
    if (!finish(p, IN_LINE)) {
        p->edit_len = len;
        return false;
    }
    if (local(p, RX_ECHO) || (byte == '\n' && local(p, RX_ECHONL)))
        show(p, byte);
    return true;
}

/* A key that changes the line; false: it is none of those. */
static bool edit_key(struct pair *p, u8 byte)
{
    bool extended = local(p, RX_IEXTEN);
    if (is_char(p, RX_VERASE, byte)) {
        if (p->edit_len)
            erase(p);
    } else if (is_char(p, RX_VKILL, byte)) {
        kill_line(p);
    } else if (extended && is_char(p, RX_VWERASE, byte)) {
        erase_word(p);
    } else if (extended && is_char(p, RX_VREPRINT, byte)) {
        reprint(p);
    } else {
        return false;
    }
    return true;
}

static bool canonical(struct pair *p, u8 byte)
{
    if (byte == '\n')
        return end_line(p, byte);
    if (is_char(p, RX_VEOF, byte))
        return finish(p, IN_EOF);
    if (is_char(p, RX_VEOL, byte) || is_char(p, RX_VEOL2, byte))
        return end_line(p, byte);
    return edit_key(p, byte) || add(p, byte);
}

/* The signal that a key stands for; 0: none. */
static u32 signal_of(const struct pair *p, u8 byte)
{
    if (!local(p, RX_ISIG))
        return 0;
    if (is_char(p, RX_VINTR, byte))
        return RX_SIGINT;
    if (is_char(p, RX_VQUIT, byte))
        return RX_SIGQUIT;
    return is_char(p, RX_VSUSP, byte) ? RX_SIGTSTP : 0;
}

static void send_signal(struct pair *p, u8 byte, u32 sig)
{
    if (local(p, RX_ECHOCTL))
        echo(p, byte);
    if (!local(p, RX_NOFLSH)) {
        p->edit_len = 0;
        queue_clear(&p->in);
    }
    p->stopped = false;
    pair_signal(p, sig);
}

/* Start and stop of the output; false: it is neither. */
static bool flow_key(struct pair *p, u8 byte)
{
    bool stop = is_char(p, RX_VSTOP, byte), start = is_char(p, RX_VSTART, byte);
    if (!(p->termios.iflag & RX_IXON))
        return false;
    if (stop)
        p->stopped = true;
    else if (start || (p->termios.iflag & RX_IXANY))
        p->stopped = false;
    return stop || start;
}

bool line_input(struct pair *p, u8 byte)
{
    u32 iflag = p->termios.iflag;
    if (iflag & RX_ISTRIP)
        byte &= 0x7F;
    if (p->literal) {
        p->literal = !add(p, byte);
        return !p->literal;
    }
    if (byte == '\r' && (iflag & RX_IGNCR))
        return true;
    if (byte == '\r' && (iflag & RX_ICRNL))
        byte = '\n';
    else if (byte == '\n' && (iflag & RX_INLCR))
        byte = '\r';
    u32 sig = signal_of(p, byte);
    if (sig) {
        send_signal(p, byte, sig);
        return true;
    }
    if (flow_key(p, byte))
        return true;
    if (local(p, RX_IEXTEN) && local(p, RX_ICANON) && is_char(p, RX_VLNEXT, byte)) {
        p->literal = true;
        return true;
    }
    return local(p, RX_ICANON) ? canonical(p, byte) : add(p, byte);
}
