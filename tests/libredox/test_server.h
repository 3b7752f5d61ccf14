/*
 * A small server for tests of the scheme library, over fake_server.h: what its handlers answer is
 * set by the test, and what they were asked is there to be looked at. Included once.
 */
#ifndef TESTS_LIBREDOX_TEST_SERVER_H
#define TESTS_LIBREDOX_TEST_SERVER_H

#include "tests/libredox/fake_server.h"

#include <cmocka.h>

#define ROOT_ID 1u
#define FILE_ID 2u  /* has a position, and size bytes */
#define QUEUE_ID 3u /* read: SCHEME_RETRY while it is empty; no position */
#define KEEP_ID 4u  /* read: SCHEME_PARKED */
#define FIRST_CLIENT_PID 70u

static struct {
    struct scheme *scheme;
    u64 root;
    u64 size;
    u64 last_offset, last_id;
    u32 last_pid, last_uid, last_flags;
    size_t last_len;
    u32 reads, writes;
    u32 queued;
    u64 kept; /* the last request kept */
    u64 cancelled;
    bool cancel_answers;
    u32 closes, detaches;
    u64 closed_id;
    i64 short_by; /* reads and writes move that much less */
    u64 inode;
} t;

static inline void noted(const struct scheme_ctx *c, u64 id, size_t len, u64 offset)
{
    fake_check(gate_self()->due == 0); /* nobody waits for a handler to be woken */
    t.last_id = id;
    t.last_len = len;
    t.last_offset = offset;
    t.last_pid = c->pid;
    t.last_uid = c->uid;
    t.last_flags = c->open_flags;
}

/* Path: a digit, which is the id. */
static inline i64 t_open(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                         u32 fcntl_flags, struct open_result *out)
{
    (void)flags;
    (void)fcntl_flags;
    noted(c, dir, len, 0);
    if (len != 1 || path[0] < '2' || path[0] > '9')
        return -ENOENT;
    out->id = (u64)(path[0] - '0');
    out->flags = out->id == FILE_ID ? NEWFD_POSITIONED : 0;
    return 0;
}

static inline i64 t_dup(struct scheme_ctx *c, u64 id, const void *buf, size_t len,
                        struct open_result *out)
{
    (void)buf;
    noted(c, id, len, 0);
    out->id = id;
    return 0;
}

static inline i64 t_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    noted(c, id, len, offset);
    t.reads++;
    if (id == KEEP_ID) {
        t.kept = c->request;
        return SCHEME_PARKED;
    }
    if (id == QUEUE_ID) {
        if (t.queued == 0)
            return SCHEME_RETRY;
        memset(buf, 'q', 1);
        t.queued--;
        return 1;
    }
    len = offset >= t.size ? 0 : len < t.size - offset ? len : t.size - offset;
    len -= (size_t)t.short_by < len ? (size_t)t.short_by : 0;
    for (size_t i = 0; i < len; i++)
        ((u8 *)buf)[i] = (u8)((offset + i) % 251);
    return (i64)len;
}

static inline i64 t_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    (void)buf;
    noted(c, id, len, offset);
    t.writes++;
    if (id == FILE_ID && offset + len > t.size)
        t.size = offset + len;
    return (i64)len;
}

static inline i64 t_fsize(struct scheme_ctx *c, u64 id)
{
    (void)c;
    return id == FILE_ID ? (i64)t.size : -ESPIPE;
}

static inline u64 t_inode(struct scheme_ctx *c, u64 id)
{
    (void)c;
    return t.inode ? t.inode : id;
}

static inline i64 t_getdents(struct scheme_ctx *c, u64 id, struct dirent_builder *b, u64 start)
{
    static const char *const names[] = {"a", "bb", "a longer name than the others", "d"};

    noted(c, id, b->len, start);
    for (u64 i = start; i < 4; i++)
        if (!dirent_add(b, 10 + i, i + 1, DIRENT_FILE, names[i], strlen(names[i])))
            break;
    return 0;
}

static inline void t_close(struct scheme *s, u64 id)
{
    (void)s;
    t.closes++;
    t.closed_id = id;
}

static inline void t_detach(struct scheme *s, u64 id, u32 pid)
{
    (void)s;
    (void)id;
    t.detaches++;
    t.last_pid = pid;
}

static inline void t_cancel(struct scheme *s, u64 request)
{
    t.cancelled = request;
    if (t.cancel_answers)
        scheme_answer(s, request, -ECANCELED);
}

static const struct scheme_ops t_ops = {.openat = t_open,
                                        .dup = t_dup,
                                        .read = t_read,
                                        .write = t_write,
                                        .fsize = t_fsize,
                                        .getdents = t_getdents,
                                        .inode = t_inode,
                                        .on_close = t_close,
                                        .on_detach = t_detach,
                                        .on_cancel = t_cancel};

static inline int t_setup(void **state)
{
    (void)state;
    t.scheme = fake_scheme(&t_ops, NULL, ROOT_ID);
    t.root = fake.last_number;
    return 0;
}

/* Before each test: the server as at first, files and channels closed. */
static inline int t_reset(void **state)
{
    struct scheme *s = t.scheme;
    u64 root = t.root;

    (void)state;
    memset(&t, 0, sizeof(t));
    t.scheme = s;
    t.root = root;
    fake.nevents = 0;
    fake.wakes = 0;
    return 0;
}

/* After each test: nothing is left but the root. */
static inline int t_check_empty(void **state)
{
    (void)state;
    for (u32 i = 0; i < FAKE_CHANNELS; i++)
        if (fake.channels[i].open)
            assert_true(fake_channel_close(i));
    t.cancel_answers = true;
    fake_run();
    for (u32 i = 0; i < t.scheme->nfiles; i++)
        if (t.scheme->files[i] && file_number(t.scheme->files[i]) != t.root)
            assert_true(fake_message(OP_CLOSE_MSG, file_number(t.scheme->files[i]), 0, 0));
    fake_run();
    for (u32 i = 0; i < FAKE_PENDING; i++) {
        assert_true(!fake.pending[i].pending || fake.pending[i].answered);
        if (fake.pending[i].pending)
            fake_done(&fake.pending[i]);
    }
    assert_null(t.scheme->parked);
    return 0;
}

/* The kernel asks */

static inline struct fake_request *ask(u8 op, u64 file, u64 a1, u64 a2, u64 a3, u64 a4, u64 a5,
                                       u32 len)
{
    const struct queue_entry e = {
        .sqe = {.opcode = op, .args = {file, a1, a2, a3, a4, a5}, .caller = 7},
        .channel = CHANNEL_NONE,
    };
    struct fake_request *r = fake_request(e, NULL, len);

    assert_non_null(r);
    return r;
}

/* Runs, and takes the result of a request that is answered then. */
static inline i64 result_of(struct fake_request *r)
{
    i64 result;

    fake_run();
    assert_true(r->answered);
    result = r->result;
    fake_done(r);
    return result;
}

static inline i64 k_read(u64 file, u32 len, u64 offset)
{
    return result_of(ask(OP_READ, file, 0, 0, offset, UINT64_MAX, 0, len));
}

static inline i64 k_write(u64 file, u32 len, u64 offset, u64 flags)
{
    return result_of(ask(OP_WRITE, file, 0, 0, offset, flags, 0, len));
}

static inline i64 k_seek(u64 file, i64 by, u64 whence)
{
    return result_of(ask(OP_LSEEK, file, (u64)by, whence, 0, 0, 0, 0));
}

static inline i64 k_std(u64 file, u64 kind, u64 a1, u64 a2, u32 len)
{
    return result_of(ask(OP_STD_FS_CALL, file, 0, 0, kind, a1, a2, len));
}

/* Opens the file with this id; bound to (channel, handle) unless channel is CHANNEL_NONE. */
static inline u64 k_open(u64 id, u32 flags, u32 channel, u32 handle)
{
    const char path = (char)('0' + id);
    const struct queue_entry e = {
        .sqe = {.opcode = OP_OPENAT, .args = {t.root, 0, 0, flags, 0, 5}, .caller = 7},
        .channel = channel,
        .handle = handle,
    };
    struct fake_request *r = fake_request(e, &path, 1);
    i64 number;

    assert_non_null(r);
    number = result_of(r);
    assert_true(number >= 0);
    return (u64)number;
}

static inline void k_cancel(const struct fake_request *r)
{
    const struct queue_entry e = {.sqe = {.opcode = OP_CANCEL, .flags = SQE_ONEWAY, .tag = r->tag}};

    assert_true(fake_post_entry(&e));
}

/* A client asks over its channel */

static inline void c_submit(u32 ch, u32 slot, u8 op, u32 handle, u64 a1, u64 a2, u64 a3)
{
    const struct sqe e = {.opcode = op, .args = {handle, a1, a2, a3, UINT64_MAX, 0}};

    fake_submit(&fake.channels[ch], slot, &e);
}

static inline bool c_answered(u32 ch, u32 slot)
{
    return fake_answered(&fake.channels[ch], slot);
}

static inline i64 c_result(u32 ch, u32 slot)
{
    fake_run();
    assert_true(c_answered(ch, slot));
    return fake_slots(&fake.channels[ch])[slot].result;
}

static inline i64 c_read(u32 ch, u32 handle, u64 len, u64 offset)
{
    c_submit(ch, 3, OP_READ, handle, BUFFER_SMALL, len, offset);
    return c_result(ch, 3);
}

static inline void c_open(u32 ch)
{
    assert_true(fake_channel_open(ch, FIRST_CLIENT_PID + ch));
    fake_run();
}

static inline void c_bind(u32 ch, u32 handle, u64 file)
{
    assert_true(fake_message(OP_BIND, ch, handle, file));
}

#endif
