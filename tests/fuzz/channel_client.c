/*
 * Fuzzes the client side of a channel under a hostile server: at every moment at which the client
 * rings, looks or sleeps, the input writes states, results, flags and data. What must hold for any
 * bytes: the caller gets an errno or at most what its buffer holds; nothing outside the buffer and
 * the mapped area is touched, nothing of the buffer beyond the result; a thread never sleeps on a
 * slot that is answered or a channel that is closed; and afterwards all slots and buffers are free.
 */
#include "tests/libredox/fake_client.h"

#define FDS 3u
#define MAX_LEN 200000u
#define FILL 0xA5

static struct {
    const u8 *at, *end;
    bool honest;
    u32 last_slot;
    u64 last_buffer;
} z;

static u8 next(void)
{
    return z.at < z.end ? *z.at++ : 0;
}

static u32 next32(void)
{
    u32 v = 0;

    for (u32 i = 0; i < 4; i++)
        v = v << 8 | next();
    return v;
}

static i64 some_result(void)
{
    static const i64 odd[] = {
        0,         1,         4096,       4097,      65535,  65536,   65537,
        INT64_MAX, INT64_MIN, -ECANCELED, -EINTR,    -EBADF, -ENODEV, -RX_EWOULDBLOCK,
        -4095,     -4096,     -ENOTCONN,  1ll << 32, -1,     200000};
    u8 b = next();

    return b < 200 ? odd[b % (sizeof(odd) / sizeof(odd[0]))] : (i64)(i32)next32();
}

/* The server */

static void answer(struct channel_slot *s, i64 result)
{
    s->result = result;
    __atomic_store_n(&s->state, WAIT_DONE, __ATOMIC_RELEASE);
}

/* Answers what was published last, in full. */
static void serve_honestly(u32 n)
{
    const struct channel_header *h = fake_header(n);
    u32 slot = h->ring[(h->tail - 1) % CHANNEL_RING];
    struct channel_slot *s = fake_slot(n, slot);

    z.last_slot = slot;
    z.last_buffer = s->request.args[1];
    memset(fake_buffer(n, slot, z.last_buffer), 0x11, s->request.args[2]);
    answer(s, (i64)s->request.args[2]);
}

static void hostile_step(void)
{
    struct channel_header *h = fake_header(0);
    u8 b = next();
    struct channel_slot *s = fake_slot(0, b >> 4);

    switch (b & 15) {
    case 0:
        s->state = next32();
        break;
    case 1:
        s->state = WAIT_PENDING | WAIT_NUDGE;
        break;
    case 2:
    case 3:
    case 4:
    case 5:
        answer(s, some_result());
        break;
    case 6:
        s->pad = next();
        break;
    case 7:
        s->result = some_result();
        break;
    case 8:
        h->closed = (b >> 4) > 12;
        break;
    case 9:
        h->need_ring = b >> 4;
        break;
    case 10:
        h->server_cpu = b & 16 ? gate_cpu() : next32();
        break;
    case 11:
        h->tail = next32();
        break;
    case 12:
        memset(&h->ring, next(), sizeof(h->ring));
        break;
    case 13:
        s->request.args[1] = next32();
        s->request.args[2] = next32();
        break;
    case 14:
        ((u8 *)h)[next32() % CHANNEL_SIZE] = next();
        break;
    default:
        memset((u8 *)h + CHANNEL_BIG_OFFSET, next(), 64);
    }
}

static void steps(void)
{
    for (u32 n = next() % 4; n > 0 && z.at < z.end; n--)
        hostile_step();
}

static void on_ring(u32 n)
{
    if (z.honest)
        serve_honestly(n);
    else
        steps();
}

static void on_sleep(u32 *word, u32 value)
{
    struct channel_slot *s =
        (struct channel_slot *)((u8 *)word - offsetof(struct channel_slot, state));

    if (*word != value)
        return;
    fake_check(!fake_header(0)->closed);
    steps();
    /* the server answers at last: a hang is its right, and nothing to be found here */
    if (z.at == z.end)
        answer(s, some_result());
}

static void on_wake(u32 *word)
{
    (void)word;
}

static bool on_signals(void)
{
    if (z.honest)
        return false;
    steps();
    return next() & 1;
}

static bool on_leave(void)
{
    return z.at == z.end || (next() & 1);
}

static i64 on_bind(u64 fd, u64 *binding)
{
    if (z.honest) {
        *binding = 0;
        return 0;
    }
    switch (next() % 8) {
    case 0:
        return -EBADF;
    case 1:
        return 0;
    case 2:
        *binding = (u64)next32() << 32;
        /* the kernel names channels that are mapped, or that no table has room for */
        if (BINDING_CHANNEL(*binding) < CLIENT_CHANNELS_MAX)
            *binding = fd;
        return 0;
    default:
        *binding = fd;
        return 0;
    }
}

/* Calls */

static u32 some_len(void)
{
    static const u32 odd[] = {0,     1,     8,     4095,   4096,   4097,
                              65535, 65536, 65537, 131072, 196608, 200000};
    u8 b = next();

    return b < 200 ? odd[b % (sizeof(odd) / sizeof(odd[0]))] : next32() % MAX_LEN;
}

static void check_result(i64 r, u32 op, u32 len, bool out, bool fixed, const u8 *buf)
{
    bool counts = op == OP_READ || op == OP_WRITE || (out && !fixed);
    size_t from = r > 0 ? (size_t)r : 0;

    fake_check(r >= -RX_ERRNO_MAX && r != -ECANCELED && r != -RX_EWOULDBLOCK);
    if (counts)
        fake_check(r <= (i64)len);
    if (!out || fixed)
        from = out && r >= 0 ? len : 0;
    if (out && from < len)
        fake_check(buf[from] == FILL && memcmp(buf + from, buf + from + 1, len - from - 1) == 0);
}

static void call(void)
{
    static const u8 ops[] = {OP_READ, OP_READ,  OP_WRITE,       OP_WRITE,       OP_FSTAT, OP_FPATH,
                             OP_CALL, OP_FSYNC, OP_STD_FS_CALL, OP_STD_FS_CALL, OP_LSEEK, OP_FSIZE};
    u32 op = ops[next() % sizeof(ops)], fd = next() % FDS, len = some_len();
    bool plain = op == OP_LSEEK || op == OP_FSIZE || op == OP_FSYNC;
    u64 kind = 1 + next() % STD_GETLOCK;
    bool fixed = op == OP_FSTAT || op == OP_CALL ||
                 (op == OP_STD_FS_CALL && kind != STD_GETDENTS && kind != STD_RELPATHAT);
    bool out = op != OP_WRITE && !plain, in = op == OP_WRITE || op == OP_CALL;
    u8 *buf;
    i64 r;

    if (plain)
        len = 0;
    buf = malloc(len ? len : 1);
    fake_check(buf != NULL);
    memset(buf, FILL, len);
    r = chan_call(fd, op,
                  GATE_ARGS(0, 0, len,
                            op == OP_STD_FS_CALL ? kind
                            : next() & 1         ? OFFSET_CURRENT
                                                 : next32(),
                            UINT64_MAX),
                  in ? buf : NULL, out ? buf : NULL, len);
    check_result(r, op, len, out, fixed, buf);
    free(buf);
}

/* Everything is free again: the first slot and the first big buffer serve the next call. */
static void check_free(void)
{
    static u8 buf[CHANNEL_BIG];
    i64 r;

    z.honest = true;
    fake_header(0)->closed = 0;
    fake_header(0)->need_ring = 1;
    chan_note(9, 0);
    r = chan_call(9, OP_READ, GATE_ARGS(0, 0, sizeof(buf), 0, 0), NULL, buf, sizeof(buf));
    fake_check(r == (i64)sizeof(buf) && buf[0] == 0x11 && buf[sizeof(buf) - 1] == 0x11);
    fake_check(z.last_slot == 0 && z.last_buffer == BUFFER_BIG);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fake_start();
    return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    z.at = data;
    z.end = data + size;
    z.honest = false;
    fake_reset();
    /* on this CPU: looking for its answer is in vain */
    fake_header(0)->server_cpu = gate_cpu();
    for (u32 i = 0; i < 64 && z.at < z.end; i++)
        call();
    check_free();
    return 0;
}
