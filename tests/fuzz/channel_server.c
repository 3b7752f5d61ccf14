/*
 * Fuzzes a server under hostile clients: the input writes into the shared memory of two channels at
 * any moment, from within the server's handlers too, while a well-behaved kernel opens, binds,
 * unbinds, closes, asks and cancels. What must hold for any bytes: nothing is read or written
 * outside the mapped areas (the sanitizer and the handlers see that), the kernel gets one answer
 * to each request, a client on a third channel gets right answers at once, what the server holds
 * is bounded, and at the end nothing is left.
 */
#include "tests/libredox/fake_server.h"
#include "tests/libredox/fuzz_input.h"

#define HOSTILE 2u /* channels 0 and 1 */
#define GOOD 2u    /* the channel of the well-behaved client */
#define FILES 12u
#define HANDLES 12u
#define KEPT_MAX 64u
#define ROOT_ID 1u
#define GOOD_ID 1000u
#define GOOD_LEN 5000u

struct open_file {
    u64 number;
    u32 users; /* requests of the kernel's on it */
};

static struct {
    struct scheme *scheme;
    u64 root, good_file;
    struct open_file files[FILES];
    u32 nfiles;
    u32 bound[HOSTILE][HANDLES]; /* handle + 1; 0: free */
    u64 bound_file[HOSTILE][HANDLES];
    u32 generation;
    u64 kept[KEPT_MAX]; /* names of requests kept by handlers, stale ones too */
    u32 nkept;
    i32 balance; /* ids given by open and dup, minus closed */
    u32 good_round;
} z;

/* The hostile clients' writes */

static u32 some_handle(u32 c)
{
    u32 i = next();

    if (i % 8 == 7)
        return next32();
    return z.bound[c][i % HANDLES] ? z.bound[c][i % HANDLES] - 1 : i % HANDLES;
}

static void write_request(u32 c, struct channel_slot *s)
{
    static const u8 ops[] = {OP_READ,        OP_WRITE,       OP_LSEEK,  OP_FSIZE,  OP_FSTAT,
                             OP_STD_FS_CALL, OP_FSYNC,       OP_CALL,   OP_FPATH,  OP_OPENAT,
                             OP_DUP,         OP_STD_FS_CALL, OP_RECVFD, OP_READ,   OP_WRITE,
                             OP_CLOSE_MSG,   OP_OPENAT,      OP_CLOSE,  OP_STATAT, OP_UNLINKAT};
    u8 b = next();

    s->request.opcode = b < 240 ? ops[b % sizeof(ops)] : next();
    s->request.flags = next();
    s->request.tag = next();
    s->request.args[0] = some_handle(c);
    for (u32 i = 1; i < 6; i++)
        s->request.args[i] = number();
    if (b % 4) {
        s->request.args[1] %= 1 + CHANNEL_BIGS;
        s->request.args[2] %= CHANNEL_SMALL + 1;
    }
}

static void scribble(u32 c)
{
    struct fake_channel *ch = &fake.channels[c];
    struct channel_slot *slots;

    if (!ch->mapped)
        return;
    slots = fake_slots(ch);
    switch (next() % 8) {
    case 0:
        ch->h->tail = next32();
        break;
    case 1:
        ch->h->tail += next();
        break;
    case 2:
        ch->h->need_ring = next();
        break;
    case 3:
        ch->h->ring[next() % CHANNEL_RING] = next();
        break;
    case 4:
        slots[next() % CHANNEL_SLOTS].cancel = 1;
        ch->h->cancels++;
        break;
    case 5:
        slots[next() % CHANNEL_SLOTS].state = next32();
        break;
    case 6:
        ((u8 *)ch->h)[next32() % CHANNEL_SIZE] = next();
        break;
    default:
        write_request(c, &slots[next() % CHANNEL_SLOTS]);
    }
}

static void publish_some(u32 c)
{
    struct fake_channel *ch = &fake.channels[c];
    u8 slot = next();

    if (!ch->mapped)
        return;
    write_request(c, &fake_slots(ch)[slot % CHANNEL_SLOTS]);
    fake_slots(ch)[slot % CHANNEL_SLOTS].state = slot & 64 ? WAIT_PENDING | WAIT_SLEEPING : 1;
    if (slot & 128)
        ch->tail = ch->h->tail;
    fake_publish(ch, slot % CHANNEL_SLOTS);
}

/* The server's handlers */

static bool inside_a_channel(const void *p)
{
    for (u32 i = 0; i < FAKE_CHANNELS; i++)
        if (fake.channels[i].mapped && (const u8 *)p >= (u8 *)fake.channels[i].h &&
            (const u8 *)p < (u8 *)fake.channels[i].h + CHANNEL_SIZE)
            return true;
    return false;
}

/* The buffer lies in one buffer of the channel, or in the kernel's payload, and all of it is there.
 */
static void check_buffer(const struct scheme_ctx *c, const void *buf, size_t len)
{
    const struct request *r = (const struct request *)(uintptr_t)c->library;
    u64 at;

    if (!r->ch) {
        fake_check(len == 0 || (r->buf == buf && len <= QUEUE_BIG));
        return;
    }
    if (serve_has_path(r->e.opcode)) { /* a copy, which the client cannot change */
        fake_check(len <= CHANNEL_SMALL && !inside_a_channel(buf));
        return;
    }
    fake_check(r->ch->number < FAKE_CHANNELS && fake.channels[r->ch->number].mapped);
    if (len == 0)
        return;
    at = (u64)((const u8 *)buf - (const u8 *)r->ch->h);
    if (at < CHANNEL_BIG_OFFSET)
        fake_check(at == CHANNEL_SMALL_OFFSET + r->slot * CHANNEL_SMALL && len <= CHANNEL_SMALL);
    else
        fake_check((at - CHANNEL_BIG_OFFSET) % CHANNEL_BIG == 0 && at < CHANNEL_SIZE &&
                   len <= CHANNEL_BIG);
}

static void read_all(const void *buf, size_t len)
{
    const volatile u8 *p = buf;
    u8 sum = 0;

    for (size_t i = 0; i < len; i += 61)
        sum = (u8)(sum + p[i]);
    if (len)
        sum = (u8)(sum + p[len - 1]);
    (void)sum;
}

/* What a handler answers; clients scribble meanwhile. */
static i64 outcome(struct scheme_ctx *c, i64 good)
{
    u8 b = next();

    if (b & 1)
        scribble(b >> 1 & 1);
    switch (b >> 2 & 15) {
    case 0:
        return -EIO;
    case 1:
    case 2:
        return SCHEME_RETRY;
    case 3:
    case 4:
        z.kept[z.nkept++ % KEPT_MAX] = c->request;
        return SCHEME_PARKED;
    case 5:
        scheme_wake(c->scheme, next() % 4 + 2);
        return good;
    case 6:
        if (z.nkept)
            scheme_answer(c->scheme, z.kept[next() % KEPT_MAX], next());
        return good;
    case 7:
        scheme_post_event(c->scheme, next() % 4 + 2, EVENT_READ);
        return good;
    default:
        return good;
    }
}

static i64 handle_open(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                       u32 fcntl_flags, struct open_result *out)
{
    i64 r;

    (void)dir;
    (void)flags;
    (void)fcntl_flags;
    check_buffer(c, path, len);
    read_all(path, len);
    r = outcome(c, 0);
    out->id = 2 + next() % 4;
    out->flags = next() & 1 ? NEWFD_POSITIONED : 0;
    if (r == 0)
        z.balance++;
    return r;
}

static i64 handle_dup(struct scheme_ctx *c, u64 id, const void *buf, size_t len,
                      struct open_result *out)
{
    return handle_open(c, id, buf, len, 0, 0, out);
}

static i64 handle_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    (void)offset;
    check_buffer(c, buf, len);
    if (id == GOOD_ID) {
        memset(buf, (u8)z.good_round, len);
        return (i64)len;
    }
    memset(buf, 0x5A, len);
    return outcome(c, (i64)len);
}

static i64 handle_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    (void)id;
    (void)offset;
    check_buffer(c, buf, len);
    read_all(buf, len);
    return outcome(c, (i64)len);
}

static i64 handle_call(struct scheme_ctx *c, u64 id, void *payload, size_t len, const u64 meta[3])
{
    (void)meta;
    return handle_read(c, id, payload, len, 0);
}

static i64 handle_text(struct scheme_ctx *c, u64 id, char *buf, size_t len)
{
    return handle_read(c, id, buf, len, 0);
}

static i64 handle_path(struct scheme_ctx *c, u64 id, const char *path, size_t len)
{
    return handle_write(c, id, path, len, 0);
}

static i64 handle_unlink(struct scheme_ctx *c, u64 id, const char *path, size_t len, u32 flags)
{
    (void)flags;
    return handle_write(c, id, path, len, 0);
}

static i64 handle_fsize(struct scheme_ctx *c, u64 id)
{
    (void)id;
    return outcome(c, (i64)(number() >> 1));
}

static i64 handle_fcntl(struct scheme_ctx *c, u64 id, u64 cmd, u64 arg)
{
    (void)id;
    (void)cmd;
    (void)arg;
    return outcome(c, 0);
}

static i64 handle_fstat(struct scheme_ctx *c, u64 id, struct rx_stat *st)
{
    (void)id;
    memset(st, 0x33, sizeof(*st));
    return outcome(c, 0);
}

static i64 handle_futimens(struct scheme_ctx *c, u64 id, const struct rx_timespec times[2])
{
    (void)id;
    read_all(times, 2 * sizeof(times[0]));
    return outcome(c, 0);
}

static i64 handle_getdents(struct scheme_ctx *c, u64 id, struct dirent_builder *b, u64 start)
{
    static const char name[] = "a name of a certain length";

    (void)id;
    check_buffer(c, b->buf, b->len);
    for (u32 i = 0; i < 300; i++)
        if (!dirent_add(b, i, start + i, DIRENT_UNKNOWN, name, i % sizeof(name)))
            break;
    fake_check(b->used <= b->len);
    return outcome(c, 0);
}

static i64 handle_recv(struct scheme_ctx *c, u64 id, size_t n, u64 meta)
{
    (void)id;
    (void)n;
    (void)meta;
    i64 r = outcome(c, 0);
    return r == SCHEME_PARKED || r == SCHEME_RETRY ? -EAGAIN : r;
}

static u64 handle_inode(struct scheme_ctx *c, u64 id)
{
    (void)c;
    return id;
}

static void handle_close(struct scheme *s, u64 id)
{
    (void)s;
    if (id != GOOD_ID)
        z.balance--;
}

static void handle_cancel(struct scheme *s, u64 request)
{
    u8 b = next();

    if (b & 1)
        scheme_answer(s, request, -ECANCELED);
    if (b & 2)
        scribble(b >> 2 & 1);
}

static const struct scheme_ops ops = {
    .openat = handle_open,
    .unlinkat = handle_unlink,
    .dup = handle_dup,
    .read = handle_read,
    .write = handle_write,
    .fsize = handle_fsize,
    .fcntl = handle_fcntl,
    .flink = handle_path,
    .frename = handle_path,
    .fpath = handle_text,
    .fstat = handle_fstat,
    .futimens = handle_futimens,
    .getdents = handle_getdents,
    .call = handle_call,
    .on_recvfd = handle_recv,
    .inode = handle_inode,
    .on_close = handle_close,
    .on_cancel = handle_cancel,
};

/* The kernel */

static struct open_file *file_of(u64 wanted)
{
    for (u32 i = 0; i < z.nfiles; i++)
        if (z.files[i].number == wanted)
            return &z.files[i];
    return NULL;
}

static bool opens(u8 op)
{
    return op == OP_OPENAT || op == OP_DUP || op == OP_SPARE;
}

/* Takes the answers that have come. */
static void collect(void)
{
    fake_reap();
    for (u32 i = 0; i < FAKE_PENDING; i++) {
        struct fake_request *r = &fake.pending[i];
        struct open_file *f = r->pending ? file_of(r->file) : NULL;

        if (!r->pending || !r->answered)
            continue;
        if (f)
            f->users--;
        if (opens(r->op) && r->result >= 0) {
            fake_check(z.nfiles < FILES);
            z.files[z.nfiles++] = (struct open_file){.number = (u64)r->result};
        }
        fake_done(r);
    }
}

static u32 opens_pending(void)
{
    u32 n = 0;

    for (u32 i = 0; i < FAKE_PENDING; i++)
        n += fake.pending[i].pending && opens(fake.pending[i].op);
    return n;
}

static void kernel_request(void)
{
    static const u8 kernel_ops[] = {OP_OPENAT,      OP_OPENAT, OP_DUP,   OP_READ,   OP_WRITE,
                                    OP_LSEEK,       OP_FSTAT,  OP_FPATH, OP_CALL,   OP_STD_FS_CALL,
                                    OP_STD_FS_CALL, OP_FCNTL,  OP_FLINK, OP_RECVFD, OP_SPARE};
    struct open_file *f = z.nfiles ? &z.files[next() % z.nfiles] : NULL;
    struct queue_entry e = {.channel = CHANNEL_NONE};
    u8 b = next();
    u32 len = 0, c = b >> 4 & 1, k = next() % HANDLES;
    bool bind = false;

    e.sqe.opcode = kernel_ops[b % sizeof(kernel_ops)];
    e.sqe.caller = 7;
    bool of_file = e.sqe.opcode != OP_OPENAT && e.sqe.opcode != OP_SPARE;
    if (of_file && !f)
        return;
    if (opens(e.sqe.opcode) && z.nfiles + opens_pending() >= FILES)
        return;
    e.sqe.args[0] = of_file ? f->number : z.root;
    for (u32 i = 3; i < 6; i++)
        e.sqe.args[i] = number();
    if (e.sqe.opcode == OP_STD_FS_CALL)
        e.sqe.args[3] = 1 + next() % STD_GETLOCK;
    if (e.sqe.opcode == OP_LSEEK || e.sqe.opcode == OP_FCNTL) {
        e.sqe.args[1] = number();
        e.sqe.args[2] = number();
    } else if (e.sqe.opcode != OP_RECVFD) {
        len = next() & 1 ? next() : (u32)(number() % (QUEUE_BIG + 1));
    }
    if (e.sqe.opcode == OP_OPENAT) {
        e.sqe.args[3] = RX_O_RDWR | (next() & 1 ? RX_O_NONBLOCK : 0);
        bind = fake.channels[c].open && !z.bound[c][k];
    } else if (e.sqe.opcode == OP_SPARE) {
        len = 0;
        bind = fake.channels[c].open && !z.bound[c][k];
        if (!bind)
            return;
    }
    if (bind) {
        e.channel = c;
        e.handle = k | (++z.generation & 0xFFFF) << 16;
    }
    struct fake_request *r = fake_request(e, NULL, len);
    if (r && bind)
        z.bound[c][k] = e.handle + 1;
    if (r && of_file)
        f->users++;
}

static void unbind(u32 c, u32 k)
{
    if (z.bound[c][k] && fake_message(OP_UNBIND, c, z.bound[c][k] - 1, 0)) {
        z.bound[c][k] = 0;
        z.bound_file[c][k] = 0;
    }
}

static void bind_file(u32 c, u32 k)
{
    u64 file;

    if (!z.nfiles || !fake.channels[c].open || z.bound[c][k])
        return;
    file = z.files[next() % z.nfiles].number;
    u32 handle = k | (++z.generation & 0xFFFF) << 16;
    if (fake_message(OP_BIND, c, handle, file)) {
        z.bound[c][k] = handle + 1;
        z.bound_file[c][k] = file;
    }
}

/* The last reference goes: the file has no requests, and its bindings are undone first. */
static void close_file(u32 i)
{
    u64 file;

    if (i >= z.nfiles || z.files[i].users)
        return;
    file = z.files[i].number;
    for (u32 c = 0; c < HOSTILE; c++)
        for (u32 k = 0; k < HANDLES; k++)
            if (z.bound_file[c][k] == file)
                unbind(c, k);
    if (fake_message(OP_CLOSE_MSG, file, 0, 0))
        z.files[i] = z.files[--z.nfiles];
}

static void toggle_channel(u32 c)
{
    if (!fake.channels[c].open) {
        if (!fake.channels[c].mapped)
            fake_channel_open(c, 50 + c);
        return;
    }
    if (!fake_channel_close(c))
        return;
    memset(z.bound[c], 0, sizeof(z.bound[c]));
    memset(z.bound_file[c], 0, sizeof(z.bound_file[c]));
}

static void cancel_some(void)
{
    struct fake_request *r = &fake.pending[next() % FAKE_PENDING];
    const struct queue_entry e = {.sqe = {.opcode = OP_CANCEL, .flags = SQE_ONEWAY, .tag = r->tag}};

    if (r->pending && !r->answered)
        fake_post_entry(&e);
}

static void detach(void)
{
    const struct queue_entry e = {
        .sqe = {.opcode = OP_DETACH,
                .args = {z.nfiles ? z.files[next() % z.nfiles].number : 0},
                .caller = next() & 1 ? 7 : 50}};

    fake_post_entry(&e);
}

/* Rounds */

/* One round of the main loop, and sleep when there is nothing. */
static void serve(void)
{
    u32 parked[FAKE_CHANNELS] = {0};

    for (u32 i = 0; i < 4; i++) {
        serve_channels();
        serve_queue(z.scheme);
    }
    if (!serve_arm()) {
        serve_disarm();
        fake_take_rings();
    } else {
        serve_disarm();
    }
    collect();
    for (const struct request *r = z.scheme->parked; r; r = r->next)
        fake_check(!r->ch || ++parked[r->ch->number] <= CHANNEL_SLOTS);
}

/* The well-behaved client reads, and has the answer when the server has had a look or two. */
static void good_client(void)
{
    struct fake_channel *ch = &fake.channels[GOOD];
    u32 slot = z.good_round % CHANNEL_SLOTS;
    u8 *buf = fake_big(ch, z.good_round % CHANNEL_BIGS);
    struct sqe e = {.opcode = OP_READ,
                    .args = {0, BUFFER_BIG + z.good_round % CHANNEL_BIGS, GOOD_LEN, OFFSET_CURRENT,
                             UINT64_MAX}};

    z.good_round++;
    fake_submit(ch, slot, &e);
    for (u32 i = 0; i < 3 && !fake_answered(ch, slot); i++)
        serve();
    fake_check(fake_answered(ch, slot) && fake_slots(ch)[slot].result == GOOD_LEN);
    fake_check(buf[0] == (u8)z.good_round && buf[GOOD_LEN - 1] == (u8)z.good_round);
}

static void step(void)
{
    u8 b = next();

    switch (b % 16) {
    case 0:
    case 1:
    case 2:
        publish_some(b >> 4 & 1);
        break;
    case 3:
    case 4:
        scribble(b >> 4 & 1);
        break;
    case 5:
    case 6:
    case 7:
        kernel_request();
        break;
    case 8:
        bind_file(b >> 4 & 1, b >> 5);
        break;
    case 9:
        unbind(b >> 4 & 1, b >> 5);
        break;
    case 10:
        close_file(b >> 4);
        break;
    case 11:
        if (b & 128)
            toggle_channel(b >> 4 & 1);
        else
            cancel_some();
        break;
    case 12:
        if (b & 128)
            detach();
        else if ((b & 112) == 0 && z.nfiles)
            fake_message(OP_SPARE_END, z.files[next() % z.nfiles].number, 0, 0);
        else if (b & 64)
            scheme_wake(z.scheme, 2 + (b >> 4 & 3));
        else if (z.nkept)
            scheme_answer(z.scheme, z.kept[next() % KEPT_MAX], b);
        break;
    case 13:
        serve_mark_active(b >> 4 & 1);
        break;
    case 14:
        good_client();
        break;
    default:
        serve();
    }
}

/* What handlers kept is the server's own to answer, whatever has become of who asked. */
static void answer_kept(void)
{
    for (struct request *r = z.scheme->parked, *following; r; r = following) {
        following = r->next;
        if (r->park == PARK_KEPT)
            scheme_answer(z.scheme, r->name, 0);
    }
}

/* Everything is closed; requests are cancelled until all have their answer. */
static void end(void)
{
    fuzz_input.at = fuzz_input.end;
    for (u32 c = 0; c < HOSTILE; c++)
        if (fake.channels[c].open)
            while (fake.channels[c].open)
                toggle_channel(c), serve();
    serve();
    for (u32 round = 0; round < 8; round++) {
        answer_kept();
        for (u32 i = 0; i < FAKE_PENDING; i++) {
            const struct queue_entry e = {
                .sqe = {.opcode = OP_CANCEL, .flags = SQE_ONEWAY, .tag = fake.pending[i].tag}};
            if (fake.pending[i].pending && !fake.pending[i].answered)
                fake_post_entry(&e);
        }
        serve();
    }
    while (z.nfiles) {
        close_file(z.nfiles - 1);
        serve();
    }
    good_client();
    for (u32 i = 0; i < FAKE_PENDING; i++)
        fake_check(!fake.pending[i].pending);
}

static void check_nothing_left(void)
{
    u32 n = 0;

    for (u32 i = 0; i < z.scheme->nfiles; i++)
        n += z.scheme->files[i] != NULL;
    fake_check(n == 2); /* the root and the good client's */
    fake_check(z.balance == 0);
    for (u32 c = 0; c < HOSTILE; c++)
        fake_check(!fake.channels[c].mapped);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    z.scheme = fake_scheme(&ops, NULL, ROOT_ID);
    z.root = fake.last_number;
    fake_check(scheme_make_fd(z.scheme, GOOD_ID, RX_O_RDWR, 0) >= 0);
    z.good_file = fake.last_number;
    fake_check(fake_channel_open(GOOD, 60) && fake_message(OP_BIND, GOOD, 0, z.good_file));
    return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    fuzz_input.at = data;
    fuzz_input.end = data + size;
    for (u32 c = 0; c < HOSTILE; c++)
        toggle_channel(c);
    while (fuzz_input.at < fuzz_input.end)
        step();
    end();
    fake_check(z.scheme->parked == NULL);
    check_nothing_left();
    z.nkept = 0;
    return 0;
}
