/*
 * The client side of rings: set-up with the server, buffers, submitting and reaping.
 * The set-up asks the server for two queues in memory objects and a pipe as
 * doorbell, and maps the pool through the ring file.
 */
#include "upper.h"
#include "redox/ring.h"
#include "redox_pool.h"
#include "redox_queue.h"

#define SIZED_GRANULE 64u
#define ALIGN_MAX PAGE_SIZE
#define POOL_MAX 0x7FFFF000u /* offsets are ints */
#define ENTRY_MAX 4096u

struct mapping {
    u64 address;
    u64 size; /* 0: none */
};

struct redox_ring {
    u64 ring_fd; /* the file the server made for us */
    u64 bell_fd; /* write end of the doorbell */
    struct mapping submissions, completions, pool, record;
    struct shared_queue sq, cq;
    struct buffer_pool buffers;
    bool sized;
    u32 chunk_size;
};

/* The descriptors that the server sends, in this order. */
enum { SENT_SQ, SENT_CQ, SENT_BELL, SENT_COUNT };

size_t redox_ring_sizeof(void)
{
    return sizeof(struct redox_ring);
}

static void close_if_open(u64 *fd)
{
    if (*fd != RX_FD_NONE)
        fd_close(*fd);
    *fd = RX_FD_NONE;
}

static void unmap(struct mapping *m)
{
    if (m->size > 0)
        gate_munmap(m->address, m->size);
    m->size = 0;
}

static i64 map(struct mapping *m, u64 fd, u64 size, u64 how)
{
    u64 pages = (size + PAGE_MASK) & ~(u64)PAGE_MASK;
    i64 r = gate_mmap(fd, 0, pages, RX_PROT_READ | RX_PROT_WRITE | how, 0);
    if (RX_IS_ERR(r))
        return r;
    *m = (struct mapping){.address = (u64)r, .size = pages};
    return 0;
}

static void *mapped(const struct mapping *m)
{
    return (void *)(uintptr_t)m->address;
}

/* Maps a queue that the server made, and checks that it holds as many entries as it says. */
static i64 map_queue(struct mapping *m, u64 fd, struct shared_queue *q, u32 entry_size, u32 entries,
                     bool producer)
{
    struct rx_stat st;
    i64 r = rx_fstat(fd, &st);
    if (r < 0)
        return r;
    if (st.size > QUEUE_ENTRIES_OFFSET + (u64)REDOX_RING_CQ_MAX * ENTRY_MAX + PAGE_SIZE)
        return -EIO;
    r = map(m, fd, st.size, RX_MAP_SHARED);
    if (r == 0)
        r = queue_attach(q, mapped(m), st.size, entry_size, producer);
    return r == 0 && q->count < entries ? -EIO : r;
}

/* Steps 1 and 2: a ring file, and the numbers agreed on. */
static i64 join_server(struct redox_ring *ring, struct span path, struct redox_ring_setup *setup)
{
    i64 dir =
        open_path(RX_AT_FDCWD, path, RX_O_RDONLY | RX_O_DIRECTORY | RX_O_CLOEXEC, RX_FD_UPPER);
    if (dir < 0)
        return dir;
    i64 fd = fd_dup((u64)dir, "uring", 5, RX_FD_UPPER, RX_FD_CLOEXEC);
    fd_close((u64)dir);
    if (fd < 0)
        return fd;
    ring->ring_fd = (u64)fd;
    const u64 meta = REDOX_RING_SETUP;
    i64 r =
        fd_call(ring->ring_fd, RX_FD_NONE, CALL_READ | CALL_WRITE, &meta, 1, setup, sizeof(*setup));
    if (r < 0)
        return r;
    bool fits = setup->nr_sq > 0 && setup->nr_sq <= REDOX_RING_SQ_MAX && setup->nr_cq > 0 &&
                setup->nr_cq <= REDOX_RING_CQ_MAX;
    return fits ? 0 : -EIO;
}

/* Steps 3 to 5: queues, doorbell, pool. */
static i64 map_shared(struct redox_ring *ring, const struct redox_ring_setup *setup, u32 sqe_size,
                      u32 cqe_size)
{
    u64 sent[SENT_COUNT] = {RX_FD_NONE, RX_FD_NONE, RX_FD_NONE};
    i64 r = rx_recvfd(ring->ring_fd, sent, SENT_COUNT, CALL_FD_UPPER | CALL_FD_CLOEXEC, 0);
    if (r < 0)
        return r;
    r = map_queue(&ring->submissions, sent[SENT_SQ], &ring->sq, sqe_size, setup->nr_sq, true);
    if (r == 0)
        r = map_queue(&ring->completions, sent[SENT_CQ], &ring->cq, cqe_size, setup->nr_cq, false);
    if (r == 0)
        r = map(&ring->pool, ring->ring_fd, setup->pool_size, RX_MAP_SHARED);
    if (r == 0) {
        /* non-blocking: a full pipe has rung already */
        r = fd_openat(sent[SENT_BELL], SPAN(""), SPAN("write"),
                      RX_O_WRONLY | RX_O_NONBLOCK | RX_O_CLOEXEC, RX_O_NONBLOCK, RX_FD_UPPER);
        if (r >= 0)
            ring->bell_fd = (u64)r;
    }
    for (u32 i = 0; i < SENT_COUNT; i++)
        close_if_open(&sent[i]);
    return r < 0 ? r : 0;
}

static i64 make_record(struct redox_ring *ring, u32 pool_size)
{
    u32 granule = ring->sized ? SIZED_GRANULE : ring->chunk_size;
    i64 r = map(&ring->record, RX_ANON_FD, pool_record_size(pool_size, granule), RX_MAP_PRIVATE);
    if (r == 0)
        pool_init(&ring->buffers, pool_size, granule, mapped(&ring->record));
    return r;
}

int redox_ring_queue_init_with_path(unsigned entries, unsigned sqe_size, unsigned cqe_size,
                                    unsigned pool_size, unsigned chunk_size, unsigned sized,
                                    struct redox_ring *ring, unsigned flags, const char *path)
{
    bool chunks_fit = sized || (chunk_size > 0 && chunk_size <= pool_size);
    if (entries == 0 || entries > REDOX_RING_SQ_MAX || sqe_size == 0 || sqe_size > ENTRY_MAX ||
        cqe_size == 0 || cqe_size > ENTRY_MAX || pool_size == 0 || pool_size > POOL_MAX ||
        !chunks_fit || sized > 1 || flags != 0)
        return -EINVAL;
    pool_size = (pool_size + PAGE_MASK) & ~PAGE_MASK;
    *ring = (struct redox_ring){
        .ring_fd = RX_FD_NONE, .bell_fd = RX_FD_NONE, .sized = sized, .chunk_size = chunk_size};
    struct redox_ring_setup setup = {.nr_sq = entries, .pool_size = pool_size};
    i64 r = join_server(ring, (struct span){path, __builtin_strlen(path)}, &setup);
    setup.pool_size = pool_size; /* what we asked for counts, not what came back */
    if (r == 0)
        r = map_shared(ring, &setup, sqe_size, cqe_size);
    if (r == 0)
        r = make_record(ring, pool_size);
    if (r < 0)
        redox_ring_queue_exit(ring);
    return (int)r;
}

int redox_ring_register_files(struct redox_ring *ring, const int *files, unsigned n)
{
    const u64 meta = REDOX_RING_SET_FILE_TABLE;
    if (n != 1)
        return -EINVAL;
    if (files[0] < 0)
        return -EBADF;
    i64 r = fd_call(ring->ring_fd, (u64)files[0], CALL_READ, &meta, 1, NULL, 0);
    return r < 0 ? (int)r : 0;
}

static int alloc(struct redox_ring *ring, u32 len, u32 align, u8 **out)
{
    i64 offset = pool_alloc(&ring->buffers, len, align);
    if (offset < 0)
        return -1;
    *out = (u8 *)mapped(&ring->pool) + offset;
    return (int)offset;
}

int redox_ring_alloc_buf(struct redox_ring *ring, u8 **out)
{
    return ring->sized ? -1 : alloc(ring, ring->chunk_size, 1, out);
}

int redox_ring_alloc_sized(struct redox_ring *ring, unsigned size, unsigned align, u8 **out)
{
    bool power_of_two = align > 0 && (align & (align - 1)) == 0;
    return !ring->sized || !power_of_two || align > ALIGN_MAX ? -1 : alloc(ring, size, align, out);
}

int redox_ring_free_buf(struct redox_ring *ring, unsigned offset)
{
    return (int)pool_free(&ring->buffers, offset);
}

int redox_ring_free_buf_sized(struct redox_ring *ring, u8 *buf)
{
    return (int)pool_free(&ring->buffers, (u64)((uintptr_t)buf - ring->pool.address));
}

void *redox_ring_get_sqe(struct redox_ring *ring)
{
    void *slot;
    return queue_take(&ring->sq, &slot) == 0 ? slot : NULL;
}

int redox_ring_submit(struct redox_ring *ring)
{
    static const u8 ring_once = 0;
    u32 n = queue_publish(&ring->sq);
    if (n == 0)
        return 0;
    i64 r = (i64)redox_write_v1(ring->bell_fd, &ring_once, 1);
    return r < 0 && r != -EAGAIN ? (int)r : (int)n;
}

int redox_ring_wait_cqe(struct redox_ring *ring, void *cqe)
{
    i64 r;
    do
        r = queue_wait_entry(&ring->cq);
    while (r == -EINTR); /* handlers have run; completions come whether or not we look */
    if (r == 0)
        r = queue_peek(&ring->cq, cqe);
    return r < 0 ? -1 : 0;
}

void redox_ring_cqe_seen(struct redox_ring *ring)
{
    queue_pop(&ring->cq);
}

void redox_ring_queue_exit(struct redox_ring *ring)
{
    unmap(&ring->submissions);
    unmap(&ring->completions);
    unmap(&ring->pool);
    unmap(&ring->record);
    close_if_open(&ring->bell_fd);
    close_if_open(&ring->ring_fd);
}
