/*
 * Rings from end to end: a server in a child process that offers them by the protocol of
 * <redox/ring.h>, and a client that reads and writes through one. Its file lies in memory.
 */
#include "libredox/src/redox_queue.h"
#include "redox/ring.h"
#include "redox/scheme.h"
#include "tests/programs/rx_check.h"

#define NAME "rx-ring"
#define FILE_SIZE 65536u
#define POOL_SIZE 65536u
#define CHUNK 4096u

enum { ROOT, FILE_ID, RING_ID };

/* ---- The server ------------------------------------------------------------------------- */

static struct {
    u8 file[FILE_SIZE];
    u8 *pool;
    u64 bell; /* our read side of the doorbell */
    u64 sent[3];
    struct scheme *scheme;
    struct shared_queue sq, cq;
    bool has_file;
} server;

static i64 server_open(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                       u32 fcntl_flags, struct open_result *out)
{
    (void)c;
    (void)dir;
    (void)flags;
    (void)fcntl_flags;
    if (len == 0)
        out->id = ROOT;
    else if (len == 4 && memcmp(path, "file", 4) == 0)
        out->id = FILE_ID;
    else
        return -ENOENT;
    return 0;
}

static i64 server_dup(struct scheme_ctx *c, u64 id, const void *buf, size_t len,
                      struct open_result *out)
{
    (void)c;
    if (id != ROOT || len != 5 || memcmp(buf, "uring", 5) != 0)
        return -EINVAL;
    i64 fd = scheme_make_fd(server.scheme, RING_ID, RX_O_RDWR, 0);
    if (fd < 0)
        return fd;
    out->kind = OPEN_OTHER_SCHEME;
    out->fd = (u64)fd;
    return 0;
}

/* A queue of n entries in an object of its own; *fd names it for the client. */
static i64 make_queue(struct shared_queue *q, u32 n, u32 entry, bool producer, u64 *fd)
{
    u64 size = QUEUE_ENTRIES_OFFSET + (u64)n * entry; /* exactly: it says how many fit */
    i64 r = open_path("/scheme/memory", RX_O_RDWR, 0);
    if (r < 0)
        return r;
    *fd = (u64)r;
    r = (i64)redox_ftruncate_v0(*fd, size);
    if (r < 0)
        return r;
    size_t at = redox_mmap_v1(NULL, size, RX_PROT_READ | RX_PROT_WRITE, RX_MAP_SHARED, *fd, 0);
    if (RX_IS_ERR(at))
        return (i64)at;
    u8 *memory = (u8 *)at;
    *(u32 *)(void *)(memory + QUEUE_HEAD_OFFSET) = QUEUE_INDEX_MASK - 2; /* soon to wrap */
    *(u32 *)(void *)(memory + QUEUE_TAIL_OFFSET) = QUEUE_INDEX_MASK - 2;
    return queue_attach(q, memory, size, entry, producer);
}

static i32 serve_one(const struct redox_ring_io_request *r)
{
    if (!server.has_file || r->file != 0)
        return -EBADF;
    if (r->len > POOL_SIZE || r->buffer > POOL_SIZE - r->len || r->len > FILE_SIZE ||
        r->offset > FILE_SIZE - r->len)
        return -EINVAL;
    if (r->opcode == 0)
        memcpy(server.pool + r->buffer, server.file + r->offset, r->len);
    else
        memcpy(server.file + r->offset, server.pool + r->buffer, r->len);
    return (i32)r->len;
}

static void wait_for_bell(void);

static void bell_rang(void *arg, i64 result, const void *data, const u64 ret[4])
{
    struct redox_ring_io_request request;
    void *slot;
    (void)arg;
    (void)data;
    (void)ret;
    while (queue_peek(&server.sq, &request) == 0) {
        if (queue_take(&server.cq, &slot) != 0)
            rx_panic("completion queue full");
        *(struct redox_ring_file_completion *)slot = (struct redox_ring_file_completion){
            .user_data = request.user_data, .result = serve_one(&request)};
        queue_pop(&server.sq);
    }
    queue_publish(&server.cq);
    if (result > 0)
        wait_for_bell();
}

static void wait_for_bell(void)
{
    if (rx_async_read(server.bell, 64, bell_rang, NULL) < 0)
        rx_panic("cannot wait for the doorbell");
}

static i64 set_up(struct redox_ring_setup *setup)
{
    u32 n = 1;
    while (n < setup->nr_sq && n < REDOX_RING_SQ_MAX)
        n *= 2;
    setup->nr_sq = n;
    setup->nr_cq = 2 * n;
    i64 r = make_queue(&server.sq, setup->nr_sq, 32, false, &server.sent[0]);
    if (r == 0)
        r = make_queue(&server.cq, setup->nr_cq, 16, true, &server.sent[1]);
    if (r < 0)
        return r;
    i64 bell = open_path("/scheme/pipe", RX_O_RDONLY, 0);
    i64 copy = (i64)redox_dup_v1((size_t)bell, NULL, 0);
    if (bell < 0 || copy < 0)
        return -EMFILE;
    server.bell = (u64)bell;
    server.sent[2] = (u64)copy;
    wait_for_bell();
    return setup->pool_size == POOL_SIZE ? 0 : -EINVAL;
}

static i64 server_call(struct scheme_ctx *c, u64 id, void *payload, size_t len, const u64 meta[3])
{
    (void)c;
    if (id != RING_ID)
        return -EINVAL;
    if (meta[0] == REDOX_RING_SETUP && len == sizeof(struct redox_ring_setup)) {
        struct redox_ring_setup setup;
        memcpy(&setup, payload, sizeof(setup));
        i64 r = set_up(&setup);
        memcpy(payload, &setup, sizeof(setup));
        return r;
    }
    if (meta[0] != REDOX_RING_SET_FILE_TABLE || meta[2] != FILE_ID)
        return -EINVAL;
    server.has_file = true;
    return 0;
}

static i64 server_recvfd(struct scheme_ctx *c, u64 id, size_t n, u64 meta)
{
    (void)meta;
    return id == RING_ID && n == 3 ? scheme_move_fds(c, server.sent, 3) : -EINVAL;
}

static i64 server_mmap(struct scheme_ctx *c, u64 id, u64 offset, u64 size, u32 flags)
{
    (void)c;
    (void)flags;
    if (id != RING_ID || offset != 0 || size > POOL_SIZE)
        return -EINVAL;
    return (i64)(uintptr_t)server.pool;
}

static _Noreturn void serve(void)
{
    static const struct scheme_ops ops = {.openat = server_open,
                                          .dup = server_dup,
                                          .call = server_call,
                                          .on_recvfd = server_recvfd,
                                          .mmap_prep = server_mmap};
    struct scheme *scheme;
    void *pool;
    if (scheme_object_alloc(POOL_SIZE, &pool) < 0 || scheme_create(&ops, NULL, ROOT, &scheme) < 0 ||
        scheme_register(scheme, NAME) < 0)
        rx_exit(1);
    server.pool = pool;
    server.scheme = scheme;
    scheme_run();
}

/* ---- The client ------------------------------------------------------------------------- */

static _Alignas(64) u8 ring_memory[1024];
static struct redox_ring *const ring = (struct redox_ring *)(void *)ring_memory;

static void request(u8 opcode, u64 offset, int buffer, u32 len, u64 user_data)
{
    struct redox_ring_io_request *r = redox_ring_get_sqe(ring);
    CHECK(r != NULL);
    if (r)
        *r = (struct redox_ring_io_request){.opcode = opcode,
                                            .offset = offset,
                                            .buffer = (u32)buffer,
                                            .len = len,
                                            .user_data = user_data};
}

static i32 completion(u64 user_data)
{
    struct redox_ring_file_completion done = {0};
    CHECK_EQ(redox_ring_wait_cqe(ring, &done), 0);
    CHECK_EQ(done.user_data, user_data);
    redox_ring_cqe_seen(ring);
    return done.result;
}

static i64 connect_when_there(void)
{
    for (int i = 0; i < 200; i++) {
        i64 fd = open_path("/scheme/" NAME "/file", RX_O_RDWR, 0);
        if (fd != -ENODEV)
            return fd;
        rx_nanosleep(&(struct rx_timespec){.nsec = 10000000}, NULL);
    }
    return -ETIMEDOUT;
}

static void many_requests(void)
{
    u8 *out, *in;
    int w = redox_ring_alloc_buf(ring, &out), r = redox_ring_alloc_buf(ring, &in);
    CHECK(w >= 0 && r >= 0 && w != r);
    if (w < 0 || r < 0)
        return;
    for (u32 i = 0; i < 2000; i++) {
        u64 offset = i * 31 % (FILE_SIZE - 16);
        memset(out, (int)i, 16);
        request(1, offset, w, 16, 2 * i);
        request(0, offset, r, 16, 2 * i + 1);
        CHECK_EQ(redox_ring_submit(ring), 2);
        CHECK_EQ(completion(2 * i), 16);
        CHECK_EQ(completion(2 * i + 1), 16);
        if (memcmp(in, out, 16) != 0) {
            check_report(__FILE__, __LINE__, "what was read is not what was written");
            break;
        }
    }
    request(0, FILE_SIZE, r, 16, 1);
    CHECK_EQ(redox_ring_submit(ring), 1);
    CHECK_EQ(completion(1), -EINVAL);
    CHECK_EQ(redox_ring_free_buf(ring, (unsigned)w), 0);
    CHECK_EQ(redox_ring_free_buf(ring, (unsigned)w), -EINVAL);
    CHECK_EQ(redox_ring_free_buf(ring, (unsigned)r), 0);
}

static void limits(void)
{
    u8 *buf;
    for (u32 i = 0; i < POOL_SIZE / CHUNK; i++)
        CHECK(redox_ring_alloc_buf(ring, &buf) >= 0);
    CHECK_EQ(redox_ring_alloc_buf(ring, &buf), -1);
    CHECK_EQ(redox_ring_alloc_sized(ring, 1, 1, &buf), -1);
    for (u64 i = 0; i < 8; i++)
        request(0, 0, 0, 1, i);
    CHECK(redox_ring_get_sqe(ring) == NULL);
    CHECK_EQ(redox_ring_submit(ring), 8);
    CHECK_EQ(redox_ring_submit(ring), 0);
    for (u64 i = 0; i < 8; i++)
        CHECK_EQ(completion(i), 1);
}

int main(void)
{
    i64 pid = rx_fork();
    if (pid == 0)
        serve();
    CHECK(redox_ring_sizeof() <= sizeof(ring_memory));
    i64 fd = connect_when_there();
    if (GOOD(pid) && GOOD(fd) &&
        GOOD(redox_ring_queue_init_with_path(7, 32, 16, POOL_SIZE, CHUNK, 0, ring, 0,
                                             "/scheme/" NAME))) {
        const int file = (int)fd;
        CHECK_EQ(redox_ring_register_files(ring, &file, 2), -EINVAL);
        CHECK_EQ(redox_ring_register_files(ring, &file, 1), 0);
        many_requests();
        limits();
        redox_ring_queue_exit(ring);
    }
    redox_kill_v1((size_t)pid, RX_SIGKILL);
    CHECK_EQ(wait_status(pid), RX_STATUS_SIGNALED(RX_SIGKILL));
    CHECK_EQ(unlink_path("/scheme/" NAME, 0), 0);
    return check_status();
}
