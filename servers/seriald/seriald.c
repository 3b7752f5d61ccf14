/*
 * seriald: the second serial line of a PC (16550, ports 0x2F8, interrupt 3) as file 1 of the scheme
 * serial: bytes as they are, at 115200 baud, 8 bits, no parity. The first line is the kernel's.
 *
 * Owned here: bytes that came and nobody has read, and bytes that wait to go. What comes while
 * there is no room is lost: there is no flow control.
 */
#include "libhw/hw.h"
#include "redox/scheme.h"

#include <stdio.h>
#include <string.h>

#define NAME "seriald"
#define ROOT 0u
#define LINE 1u
#define BASE 0x2F8u
#define IRQ 3u
#define ROOM 4096u /* of a ring; a power of two */
#define FIFO_BYTES 16u
#define ROUNDS_MAX 64u /* of one interrupt: a broken device must not keep us */

enum {
    DATA = BASE,
    ENABLE = BASE + 1,
    CAUSE = BASE + 2, /* read; written: the FIFO */
    FORMAT = BASE + 3,
    MODEM = BASE + 4,
    STATUS = BASE + 5,
    SCRATCH = BASE + 7
};
#define ENABLE_INPUT 1u
#define ENABLE_ROOM 2u
#define NO_CAUSE 1u
#define STATUS_INPUT 1u
#define STATUS_ROOM 0x20u

struct ring {
    u8 bytes[ROOM];
    u32 head, tail; /* free running */
};

static struct ring input, output;
static struct scheme *scheme;
static u64 ports;

static bool put(struct ring *r, u8 c)
{
    if (r->tail - r->head == ROOM)
        return false;
    r->bytes[r->tail++ % ROOM] = c;
    return true;
}

static size_t take(struct ring *r, u8 *buf, size_t len)
{
    size_t n = 0;

    while (n < len && r->head != r->tail)
        buf[n++] = r->bytes[r->head++ % ROOM];
    return n;
}

static void want_room(bool want)
{
    hw_out8(ports, ENABLE, (u8)(ENABLE_INPUT | (want ? ENABLE_ROOM : 0)));
}

/* The line is edge-triggered: it comes again only when every cause has been served. */
static void on_interrupt(void *arg)
{
    bool came = false, went = false;
    u8 out[FIFO_BYTES];

    (void)arg;
    for (u32 n = 0; n < ROUNDS_MAX && !(hw_in8(ports, CAUSE) & NO_CAUSE); n++) {
        for (u32 i = 0; i < FIFO_BYTES && hw_in8(ports, STATUS) & STATUS_INPUT; i++) {
            put(&input, hw_in8(ports, DATA));
            came = true;
        }
        if (!(hw_in8(ports, STATUS) & STATUS_ROOM))
            continue;
        size_t len = take(&output, out, sizeof out);
        for (size_t i = 0; i < len; i++)
            hw_out8(ports, DATA, out[i]);
        went |= len > 0;
        want_room(output.head != output.tail);
    }
    if (came || went) {
        scheme_wake(scheme, LINE);
        scheme_post_event(scheme, LINE, (came ? EVENT_READ : 0) | (went ? EVENT_WRITE : 0));
    }
}

static i64 serial_openat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                         u32 fcntl_flags, struct open_result *out)
{
    (void)fcntl_flags;
    if (dir != ROOT || c->uid != 0)
        return -EACCES;
    if (len == 0 && flags & (RX_O_DIRECTORY | RX_O_STAT)) {
        out->id = ROOT;
        return 0;
    }
    if (len != 1 || path[0] != '1')
        return len ? -ENOENT : -EISDIR;
    out->id = LINE;
    return 0;
}

static i64 serial_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    (void)c;
    (void)offset;
    if (id != LINE)
        return -EISDIR;
    size_t n = take(&input, buf, len);
    return n || len == 0 ? (i64)n : SCHEME_RETRY;
}

static i64 serial_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    const u8 *bytes = buf;
    size_t n = 0;

    (void)c;
    (void)offset;
    if (id != LINE)
        return -EBADF;
    while (n < len && put(&output, bytes[n]))
        n++;
    if (n)
        want_room(true);
    return n || len == 0 ? (i64)n : SCHEME_RETRY;
}

/* What was written has gone into the line's FIFO. */
static i64 serial_fsync(struct scheme_ctx *c, u64 id)
{
    (void)c;
    return id == LINE && output.head != output.tail ? SCHEME_RETRY : 0;
}

static i64 serial_fevent(struct scheme_ctx *c, u64 id, u32 mask)
{
    u32 ready = 0;

    (void)c;
    if (id != LINE)
        return -EPERM;
    ready |= input.head != input.tail ? EVENT_READ : 0;
    ready |= output.tail - output.head != ROOM ? EVENT_WRITE : 0;
    return ready & mask;
}

static i64 serial_getdents(struct scheme_ctx *c, u64 id, struct dirent_builder *b, u64 start)
{
    (void)c;
    if (id != ROOT)
        return -ENOTDIR;
    if (start == 0)
        dirent_add(b, LINE, 1, DIRENT_FILE, "1", 1);
    return 0;
}

static i64 serial_fstat(struct scheme_ctx *c, u64 id, struct rx_stat *st)
{
    (void)c;
    *st = id == LINE ? (struct rx_stat){.mode = MODE_CHR | 0600, .nlink = 1, .blksize = 4096}
                     : (struct rx_stat){.mode = MODE_DIR | 0700, .nlink = 1, .blksize = 4096};
    return 0;
}

static i64 serial_fpath(struct scheme_ctx *c, u64 id, char *buf, size_t len)
{
    char text[24];
    int n = snprintf(text, sizeof text, "/scheme/serial/%s", id == LINE ? "1" : "");

    (void)c;
    if ((size_t)n > len)
        return -ERANGE;
    memcpy(buf, text, (size_t)n);
    return n;
}

static const struct scheme_ops ops = {
    .openat = serial_openat,
    .read = serial_read,
    .write = serial_write,
    .fsync = serial_fsync,
    .fevent = serial_fevent,
    .getdents = serial_getdents,
    .fstat = serial_fstat,
    .fpath = serial_fpath,
};

static bool is_there(void)
{
    hw_out8(ports, SCRATCH, 0x5A);
    return hw_in8(ports, SCRATCH) == 0x5A;
}

static void set_up(void)
{
    hw_out8(ports, ENABLE, 0);
    hw_out8(ports, FORMAT, 0x80); /* the divisor: 115200 baud */
    hw_out8(ports, DATA, 1);
    hw_out8(ports, ENABLE, 0);
    hw_out8(ports, FORMAT, 3);   /* 8 bits, no parity, one stop bit */
    hw_out8(ports, CAUSE, 0x07); /* FIFO on, emptied; an interrupt for each byte */
    hw_out8(ports, MODEM, 0x0B); /* ready, and interrupts let through */
}

int main(void)
{
    i64 r = hw_ports(), irq;

    if (r < 0)
        hw_fail(NAME, "no I/O ports", r);
    ports = (u64)r;
    if (!is_there())
        hw_fail(NAME, "there is no second serial line", -ENODEV);
    set_up();
    if ((irq = hw_irq_line(IRQ)) < 0)
        hw_fail(NAME, "no interrupt", irq);
    r = scheme_create(&ops, NULL, ROOT, &scheme);
    if (r >= 0)
        r = hw_irq_watch((u64)irq, on_interrupt, NULL);
    if (r >= 0)
        r = scheme_publish(scheme, "serial");
    if (r < 0)
        hw_fail(NAME, "cannot make the scheme", r);
    want_room(false);
    scheme_run();
}
