/*
 * ptyd's pairs under any order of typing, printing, reading, and changes of settings. Nothing
 * comes out on one side that did not go in on the other, and no queue grows without bound.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "servers/ptyd/pair.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *at, *end;
};

static uint8_t next(struct input *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

static uint64_t typed, read_back;

void pair_signal(struct pair *p, u32 sig)
{
    (void)p;
    if (sig != RX_SIGINT && sig != RX_SIGQUIT && sig != RX_SIGTSTP)
        abort();
}

static void type(struct pair *p, struct input *in)
{
    size_t len = next(in);
    if (len > (size_t)(in->end - in->at))
        len = (size_t)(in->end - in->at);
    size_t n = pair_type(p, in->at, len);
    if (n > len)
        abort();
    typed += n;
    in->at += n;
}

static void type_much(struct pair *p, uint8_t byte)
{
    static uint8_t block[1000];
    memset(block, byte, sizeof block);
    typed += pair_type(p, block, sizeof block);
}

static void print(struct pair *p, struct input *in)
{
    static const uint8_t text[] = "one\ntwo\n\n";
    static uint8_t block[20000];
    size_t len = next(in);
    if (len & 1) {
        if (pair_print(p, block, sizeof block) > sizeof block)
            abort();
    } else if (pair_print(p, text, len % sizeof text) > len) {
        abort();
    }
}

static void set(struct pair *p, struct input *in)
{
    struct rx_termios t = p->termios;
    uint8_t which = next(in), value = next(in);
    if (which < 32)
        t.cc[which] = value;
    else
        ((uint8_t *)&t)[which % 16] = value; /* a byte of the flag words */
    pair_set_termios(p, &t);
}

static void read_slave(struct pair *p, struct input *in)
{
    uint8_t buf[256];
    size_t len = next(in);
    bool ready = pair_slave_ready(p);
    i64 n = pair_slave_read(p, buf, len, (enum pair_wait)(next(in) % 3));
    if (n > (i64)len || (n < 0 && n != -EAGAIN) || (n == -EAGAIN && ready && !p->masters))
        abort();
    if (n > 0)
        read_back += (uint64_t)n;
    if (read_back > typed)
        abort();
}

static void read_master(struct pair *p, struct input *in)
{
    uint8_t buf[256];
    size_t len = next(in);
    bool ready = pair_master_ready(p);
    i64 n = pair_master_read(p, buf, len);
    bool tagged = n > 0 && !p->plain;
    if (n > (i64)len || n == 0 || (n == -EAGAIN) == ready || (tagged && buf[0] > OUT_SYNC))
        abort();
}

static void ends(struct pair *p, uint8_t how)
{
    p->masters = how & 1;
    if (how & 2)
        pair_set_plain(p, how & 4);
}

static void check(const struct pair *p)
{
    size_t bytes = 0, count = 0;
    for (const struct packet *at = p->in.first; at; at = at->next, count++)
        bytes += at->len - at->start;
    if (bytes != p->in.bytes || count != p->in.count || p->edit_len > EDIT_MAX)
        abort();
    if (p->in.bytes > 2 * QUEUE_BYTES || p->out.bytes > 3 * QUEUE_BYTES)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct pair p;
    struct input in = {data, data + size};
    pair_init(&p);
    p.masters = p.slaves = 1;
    typed = read_back = 0;
    while (in.at < in.end) {
        bool from_input;
        switch (next(&in) % 10) {
        case 0:
        case 1:
            type(&p, &in);
            break;
        case 2:
            type_much(&p, next(&in));
            break;
        case 3:
            print(&p, &in);
            break;
        case 4:
            set(&p, &in);
            break;
        case 5:
            read_slave(&p, &in);
            break;
        case 6:
            read_master(&p, &in);
            break;
        case 7:
            pair_flush(&p, (i32)next(&in) % 4 - 1);
            break;
        case 8:
            pair_flow(&p, (i32)next(&in) % 5 - 1);
            break;
        default:
            pair_sync(&p);
            ends(&p, next(&in));
        }
        pair_timeout(&p, &from_input);
        check(&p);
    }
    pair_free(&p);
    return 0;
}
