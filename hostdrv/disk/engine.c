/*
 * Requests to Linux through io_uring. Those that come in one turn of the main loop are passed on
 * together; many may be under way. The ring is restricted to reading, writing and flushing the
 * files it was opened with, so that the driver's filter says little more than io_uring_enter.
 */
#include "hostdrv/disk/disk.h"

#include <errno.h>
#include <liburing.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEPTH 128u
#define FORGOTTEN 0u /* instead of a request's name, which is never 0 */

struct entry {
    u64 request;
    bool busy;
};

static struct io_uring ring;
static struct entry entries[DEPTH];
static unsigned unsent, under_way;
static int bell = -1;
static engine_done *tell;

static int restrict_ring(void)
{
    struct io_uring_restriction r[4];

    memset(r, 0, sizeof r);
    const u8 ops[] = {IORING_OP_READ, IORING_OP_WRITE, IORING_OP_FSYNC};
    for (unsigned i = 0; i < sizeof ops; i++) {
        r[i].opcode = IORING_RESTRICTION_SQE_OP;
        r[i].sqe_op = ops[i];
    }
    r[3].opcode = IORING_RESTRICTION_SQE_FLAGS_REQUIRED;
    r[3].sqe_flags = IOSQE_FIXED_FILE;
    /* the library that Debian has leaves these two calls out */
    if (syscall(SYS_io_uring_register, ring.ring_fd, IORING_REGISTER_RESTRICTIONS, r, 4) < 0 ||
        syscall(SYS_io_uring_register, ring.ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0) < 0)
        return -errno;
    return 0;
}

int engine_open(const int *fds, unsigned n, engine_done *done)
{
    tell = done;
    bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (bell < 0)
        return -errno;
    int r = io_uring_queue_init(DEPTH, &ring, IORING_SETUP_R_DISABLED);
    if (!r)
        r = io_uring_register_files(&ring, fds, n);
    if (!r)
        r = io_uring_register_eventfd(&ring, bell);
    return r ? r : restrict_ring();
}

int engine_bell(void)
{
    return bell;
}

static struct entry *free_entry(void)
{
    for (unsigned i = 0; i < DEPTH; i++) {
        if (!entries[i].busy)
            return &entries[i];
    }
    return NULL;
}

i64 engine_start(unsigned file, enum disk_op op, u64 offset, void *buf, size_t len, u64 request)
{
    struct entry *e = free_entry();
    struct io_uring_sqe *s = e ? io_uring_get_sqe(&ring) : NULL;

    if (!s)
        return -ENOMEM;
    if (op == DISK_READ)
        io_uring_prep_read(s, (int)file, buf, (unsigned)len, offset);
    else if (op == DISK_WRITE)
        io_uring_prep_write(s, (int)file, buf, (unsigned)len, offset);
    else
        io_uring_prep_fsync(s, (int)file, IORING_FSYNC_DATASYNC);
    io_uring_sqe_set_flags(s, IOSQE_FIXED_FILE);
    io_uring_sqe_set_data(s, e);
    *e = (struct entry){.request = request, .busy = true};
    unsent++;
    under_way++;
    return SCHEME_PARKED;
}

static void pass_on(void)
{
    while (unsent) {
        int n = io_uring_submit(&ring);
        if (n < 0 && n != -EINTR && n != -EAGAIN && n != -EBUSY)
            abort(); /* the ring is broken: a new driver makes a new one */
        unsent -= n > 0 ? (unsigned)n : 0;
    }
}

static bool reap(void)
{
    struct io_uring_cqe *c;
    bool any = false;

    while (io_uring_peek_cqe(&ring, &c) == 0) {
        struct entry *e = io_uring_cqe_get_data(c);
        u64 request = e->request;
        i64 result = c->res;
        io_uring_cqe_seen(&ring, c);
        e->busy = false;
        under_way--;
        any = true;
        if (request != FORGOTTEN)
            tell(request, result);
    }
    return any;
}

bool engine_poll(void)
{
    bool any = unsent > 0;

    pass_on();
    return reap() || any;
}

static void wait_one(void)
{
    struct io_uring_cqe *c;

    io_uring_wait_cqe(&ring, &c);
    reap();
}

void engine_forget(u64 request)
{
    struct entry *e = NULL;

    for (unsigned i = 0; i < DEPTH; i++) {
        if (entries[i].busy && entries[i].request == request)
            e = &entries[i];
    }
    if (!e)
        return;
    e->request = FORGOTTEN;
    pass_on();
    while (e->busy && e->request == FORGOTTEN)
        wait_one();
}

void engine_drain(void)
{
    pass_on();
    while (under_way)
        wait_one();
}
