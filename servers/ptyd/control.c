/* Named values; see control.h. */
#include "servers/ptyd/control.h"
#include "servers/ptyd/foreground.h"

#include <string.h>

static const char *const names[CONTROLS] = {
    [CONTROL_TERMIOS] = "termios", [CONTROL_FLUSH] = "flush",     [CONTROL_SENDBREAK] = "sendbreak",
    [CONTROL_FLOW] = "flow",       [CONTROL_PTSNAME] = "ptsname", [CONTROL_PTLOCK] = "ptlock",
    [CONTROL_PGRP] = "pgrp",       [CONTROL_WINSIZE] = "winsize", [CONTROL_PACKETS] = "packets"};

i64 control_named(const char *name, size_t len)
{
    for (i64 i = 0; i < CONTROLS; i++) {
        if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
            return i;
    }
    return -EINVAL;
}

static i64 give(void *buf, size_t len, const void *value, size_t size)
{
    if (len < size)
        return -EINVAL;
    memcpy(buf, value, size);
    return (i64)size;
}

i64 control_read(const struct terminal *t, u32 control, void *buf, size_t len)
{
    u32 locked = t->locked, packets = !t->pair.plain;
    switch (control) {
    case CONTROL_TERMIOS:
        return give(buf, len, &t->pair.termios, sizeof t->pair.termios);
    case CONTROL_WINSIZE:
        /* programs that know of rows and columns only ask for four bytes */
        return give(buf, len, &t->pair.winsize, len < sizeof t->pair.winsize ? 4 : 8);
    case CONTROL_PGRP:
        return give(buf, len, &t->group, sizeof t->group);
    case CONTROL_PTLOCK:
        return give(buf, len, &locked, sizeof locked);
    case CONTROL_PACKETS:
        return give(buf, len, &packets, sizeof packets);
    case CONTROL_PTSNAME:
        return t->locked ? -EIO : give(buf, len, &t->number, sizeof t->number);
    default:
        return -EINVAL;
    }
}

static void everybody(struct terminal *t)
{
    terminal_news(t, SIDE_MASTER, EVENT_READ | EVENT_WRITE);
    terminal_news(t, SIDE_SLAVE, EVENT_READ | EVENT_WRITE);
}

static i64 set_termios(struct terminal *t, const void *buf, size_t len)
{
    struct rx_termios value;
    if (len != sizeof value)
        return -EINVAL;
    memcpy(&value, buf, len);
    pair_set_termios(&t->pair, &value);
    everybody(t);
    return (i64)len;
}

static i64 set_winsize(struct terminal *t, const void *buf, size_t len)
{
    struct rx_winsize value = {0};
    if (len != sizeof value && len != 4)
        return -EINVAL;
    memcpy(&value, buf, len);
    if (memcmp(&value, &t->pair.winsize, sizeof value) != 0) {
        t->pair.winsize = value;
        foreground_signal(t, RX_SIGWINCH);
    }
    return (i64)len;
}

static i64 set_word(struct terminal *t, const struct scheme_ctx *c, u32 control, u32 value)
{
    i64 r = 0;
    switch (control) {
    case CONTROL_PGRP:
        return foreground_set(t, c, value);
    case CONTROL_PTLOCK:
        t->locked = value;
        return 0;
    case CONTROL_FLUSH:
        r = pair_flush(&t->pair, (i32)value);
        break;
    case CONTROL_FLOW:
        r = pair_flow(&t->pair, (i32)value);
        break;
    case CONTROL_PACKETS:
        pair_set_plain(&t->pair, !value);
        break;
    case CONTROL_SENDBREAK: /* there is no line that could be held */
        return 0;
    default:
        return -EINVAL;
    }
    everybody(t);
    return r;
}

i64 control_write(struct terminal *t, const struct scheme_ctx *c, u32 control, const void *buf,
                  size_t len)
{
    u32 value;
    if (control == CONTROL_TERMIOS)
        return set_termios(t, buf, len);
    if (control == CONTROL_WINSIZE)
        return set_winsize(t, buf, len);
    if (len != sizeof value)
        return -EINVAL;
    memcpy(&value, buf, len);
    i64 r = set_word(t, c, control, value);
    return r < 0 ? r : (i64)len;
}
