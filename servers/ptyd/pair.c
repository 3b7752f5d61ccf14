/* A pair's two sides; see pair.h. The line discipline is in line.c. */
#include "servers/ptyd/pair.h"
#include "servers/ptyd/line.h"
#include "umk/abi/errno.h"

#include <string.h>

#define ECHO_ROOM 4096u /* beyond what fills the output, for echo alone */

enum { FLUSH_INPUT, FLUSH_OUTPUT, FLUSH_BOTH };
enum { FLOW_OUTPUT_OFF, FLOW_OUTPUT_ON, FLOW_INPUT_OFF, FLOW_INPUT_ON };

void pair_init(struct pair *p)
{
    *p = (struct pair){
        .termios = {.iflag = RX_ICRNL | RX_IXON | RX_IUTF8,
                    .oflag = RX_OPOST | RX_ONLCR,
                    .cflag = RX_B38400 | RX_CS8 | RX_CREAD | RX_HUPCL,
                    .lflag = RX_ISIG | RX_ICANON | RX_ECHO | RX_ECHOE | RX_ECHOK | RX_IEXTEN,
                    .cc = {[RX_VEOF] = 4,
                           [RX_VERASE] = 0x7F,
                           [RX_VWERASE] = 'W' & 31,
                           [RX_VKILL] = 'U' & 31,
                           [RX_VREPRINT] = 'R' & 31,
                           [RX_VINTR] = 'C' & 31,
                           [RX_VQUIT] = '\\' & 31,
                           [RX_VSUSP] = 'Z' & 31,
                           [RX_VSTART] = 'Q' & 31,
                           [RX_VSTOP] = 'S' & 31,
                           [RX_VLNEXT] = 'V' & 31,
                           [RX_VDISCARD] = 'O' & 31,
                           [RX_VMIN] = 1}}};
}

void pair_free(struct pair *p)
{
    queue_clear(&p->in);
    queue_clear(&p->out);
}

size_t pair_type(struct pair *p, const u8 *data, size_t len)
{
    size_t n = 0;
    while (n < len && !queue_full(&p->in) && line_input(p, data[n]))
        n++;
    return n;
}

/* Output processing: a newline becomes two bytes. Result: bytes taken, fewer when memory ends. */
static size_t put(struct pair *p, const u8 *data, size_t len)
{
    bool translate = (p->termios.oflag & RX_OPOST) && (p->termios.oflag & RX_ONLCR);
    size_t done = 0;
    while (done < len) {
        const u8 *at = data + done;
        const u8 *end = translate ? memchr(at, '\n', len - done) : NULL;
        size_t n = end ? (size_t)(end - at) : len - done;
        if (n && !queue_append(&p->out, OUT_DATA, at, n))
            break;
        done += n;
        if (end && !queue_append(&p->out, OUT_DATA, "\r\n", 2))
            break;
        done += end != NULL;
    }
    return done;
}

size_t pair_print(struct pair *p, const u8 *data, size_t len)
{
    if (queue_full(&p->out))
        return 0;
    size_t room = QUEUE_BYTES - p->out.bytes;
    return put(p, data, len < room ? len : room);
}

bool pair_sync(struct pair *p)
{
    return p->plain || (!queue_full(&p->out) && queue_put(&p->out, OUT_SYNC, NULL, 0));
}

void pair_echo(struct pair *p, const u8 *data, size_t len)
{
    if (p->out.bytes < QUEUE_BYTES + ECHO_ROOM && p->out.count < 2 * QUEUE_PACKETS)
        put(p, data, len);
}

i64 pair_master_read(struct pair *p, u8 *buf, size_t len)
{
    const struct packet *first = p->out.first;
    if (!pair_master_ready(p))
        return -EAGAIN;
    if (len < (p->plain ? 1 : 2))
        return -EINVAL;
    if (p->plain)
        return (i64)queue_take(&p->out, buf, len);
    buf[0] = first->tag;
    return 1 + (i64)queue_take(&p->out, buf + 1, len - 1);
}

void pair_set_plain(struct pair *p, bool plain)
{
    if (p->plain != plain)
        queue_clear(&p->out);
    p->plain = plain;
}

bool pair_master_ready(const struct pair *p)
{
    return p->out.first && !p->stopped;
}

static bool is_canonical(const struct pair *p)
{
    return p->termios.lflag & RX_ICANON;
}

/* Bytes that a read without lines would see: an end of file that was typed before the mode
 * changed counts, because whoever reads single keys wants to see the key. */
static size_t raw_bytes(const struct pair *p)
{
    return p->in.bytes + (p->in.first && !p->in.bytes);
}

static i64 raw_take(struct pair *p, u8 *buf, size_t len)
{
    size_t n = 0;
    while (n < len && p->in.first) {
        bool end_of_file = p->in.first->tag == IN_EOF && p->in.first->len == 0;
        n += queue_take(&p->in, buf + n, len - n);
        if (end_of_file)
            buf[n++] = p->termios.cc[RX_VEOF];
    }
    return (i64)n;
}

static i64 raw_read(struct pair *p, u8 *buf, size_t len, enum pair_wait wait)
{
    size_t there = raw_bytes(p), min = p->termios.cc[RX_VMIN];
    if (!p->masters)
        wait = WAIT_OVER;
    if (min > len)
        min = len;
    bool enough = there && (there >= min || wait == WAIT_NEVER);
    bool polls = !min && (!p->termios.cc[RX_VTIME] || wait == WAIT_NEVER);
    if (!enough && !polls && wait != WAIT_OVER)
        return -EAGAIN;
    return raw_take(p, buf, len);
}

i64 pair_slave_read(struct pair *p, u8 *buf, size_t len, enum pair_wait wait)
{
    i64 n;
    if (!len)
        return 0;
    if (!is_canonical(p))
        n = raw_read(p, buf, len, wait);
    else
        n = p->in.first ? (i64)queue_take(&p->in, buf, len) : -EAGAIN;
    return n == -EAGAIN && !p->masters ? 0 : n;
}

bool pair_slave_ready(const struct pair *p)
{
    if (!p->masters)
        return true;
    if (is_canonical(p))
        return p->in.first;
    return raw_bytes(p) >= (p->termios.cc[RX_VMIN] ? p->termios.cc[RX_VMIN] : 1u);
}

u32 pair_timeout(const struct pair *p, bool *from_input)
{
    *from_input = p->termios.cc[RX_VMIN] != 0;
    if (is_canonical(p) || (*from_input && !raw_bytes(p)))
        return 0;
    return p->termios.cc[RX_VTIME];
}

/* What is half typed can be read when lines are given up. */
void pair_set_termios(struct pair *p, const struct rx_termios *t)
{
    bool was = is_canonical(p);
    p->termios = *t;
    if (was == is_canonical(p))
        return;
    p->literal = false;
    if (was && p->edit_len && queue_put(&p->in, IN_LINE, p->edit, p->edit_len))
        p->edit_len = 0;
}

i64 pair_flush(struct pair *p, i32 which)
{
    if (which < FLUSH_INPUT || which > FLUSH_BOTH)
        return -EINVAL;
    if (which != FLUSH_OUTPUT) {
        queue_clear(&p->in);
        p->edit_len = 0;
    }
    if (which != FLUSH_INPUT)
        queue_clear(&p->out);
    return 0;
}

i64 pair_flow(struct pair *p, i32 action)
{
    if (action < FLOW_OUTPUT_OFF || action > FLOW_INPUT_ON)
        return -EINVAL;
    if (action == FLOW_OUTPUT_OFF || action == FLOW_OUTPUT_ON)
        p->stopped = action == FLOW_OUTPUT_OFF;
    return 0;
}
