/* The queue of requests and the threads that work on it; see aio.h. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include "shim/src/aio/aio.h"
#include "shim/src/fcntl/fd.h"
#include "shim/src/internal/lock.h"
#include "shim/src/process/atfork.h"
#include "shim/src/pthread/threads.h"
#include "shim/src/signal/mask.h"

#define WORKERS_MAX 32
#define WORKER_STACK 32768

u32 __umk_aio_ended;

static u32 lock;
static struct aiocb *first, **last = &first;
static u32 workers, idle, queued;
static u32 arrivals;                /* futex of the workers: counts what could be new work */
static int busy_files[WORKERS_MAX]; /* of requests that are worked on; -1: none */

static bool is_busy(int fd)
{
    for (u32 i = 0; i < workers; i++)
        if (busy_files[i] == fd)
            return true;
    return false;
}

/* Takes a request out of the queue. */
static void take_out(struct aiocb **at)
{
    struct aiocb *cb = *at;

    queued--;
    *at = cb->__next;
    if (last == &cb->__next)
        last = at;
}

/* The first request whose file nobody works on. The lock is held. */
static struct aiocb *next_request(void)
{
    for (struct aiocb **at = &first; *at; at = &(*at)->__next) {
        struct aiocb *cb = *at;
        if (!is_busy(cb->aio_fildes)) {
            take_out(at);
            return cb;
        }
    }
    return NULL;
}

static i64 transfer(const struct aiocb *cb)
{
    void *buf = (void *)cb->aio_buf;
    u64 fd = __umk_fd(cb->aio_fildes);
    bool writes = cb->__operation == AIO_WRITE;
    i64 r = writes ? rx_pwrite(fd, buf, cb->aio_nbytes, (u64)cb->aio_offset)
                   : rx_pread(fd, buf, cb->aio_nbytes, (u64)cb->aio_offset);

    /* what has no position is read and written as it comes */
    if (r == -ESPIPE)
        r = writes ? (i64)redox_write_v1(fd, buf, cb->aio_nbytes)
                   : (i64)redox_read_v1(fd, buf, cb->aio_nbytes);
    return r;
}

static i64 work_on(const struct aiocb *cb)
{
    switch ((enum aio_operation)cb->__operation) {
    case AIO_SYNC:
        return fsync(cb->aio_fildes) < 0 ? -errno : 0;
    case AIO_DATA_SYNC:
        return fdatasync(cb->aio_fildes) < 0 ? -errno : 0;
    default:
        return transfer(cb);
    }
}

void __umk_aio_list_done(struct aio_list *list)
{
    if (!list || __atomic_sub_fetch(&list->left, 1, __ATOMIC_ACQ_REL))
        return;
    __umk_notify(&list->notice);
    free(list);
}

/* The program may let go of the request as soon as its error says that it is over. */
static void end_request(struct aiocb *cb, i64 r)
{
    struct notice notice = __umk_notice_of(&cb->aio_sigevent);
    struct aio_list *list = cb->__list;

    cb->__result = r < 0 ? -1 : r;
    __atomic_store_n(&cb->__error, r < 0 ? (int)-r : 0, __ATOMIC_RELEASE);
    __atomic_fetch_add(&__umk_aio_ended, 1, __ATOMIC_RELEASE);
    redox_futex_wake_v0(&__umk_aio_ended, INT32_MAX);
    __umk_notify(&notice);
    __umk_aio_list_done(list);
}

static void *worker(void *arg)
{
    int *file = arg;

    __umk_signals_block();
    for (;;) {
        __umk_lock(&lock);
        struct aiocb *cb = next_request();
        if (!cb) {
            u32 seen = arrivals;
            idle++;
            __umk_unlock(&lock);
            redox_futex_wait_v0(&arrivals, seen, NULL);
            __umk_lock(&lock);
            idle--;
            __umk_unlock(&lock);
            continue;
        }
        *file = cb->aio_fildes;
        __umk_unlock(&lock);
        end_request(cb, work_on(cb));
        /* what waited for this file may go on, and is this thread's own to find */
        __umk_lock(&lock);
        *file = -1;
        __umk_unlock(&lock);
    }
    return NULL;
}

/* One more thread, when those that are idle have their requests already. The lock is held. 0, or
 * the error when there is none at all. */
static int provide_worker(void)
{
    pthread_attr_t a;
    pthread_t t;

    if (idle > queued || workers == WORKERS_MAX)
        return 0;
    pthread_attr_init(&a);
    pthread_attr_setstacksize(&a, WORKER_STACK);
    pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
    u64 allowed = __umk_signals_block();
    busy_files[workers] = -1;
    int error = pthread_create(&t, &a, worker, &busy_files[workers]);
    if (!error) {
        /* the program ends when its own threads have */
        __umk_lock(&__umk_threads_lock);
        __umk_threads_count--;
        __umk_unlock(&__umk_threads_lock);
        workers++;
    }
    __umk_signals_restore(allowed);
    return workers ? 0 : error;
}

int __umk_aio_start(struct aiocb *cb, enum aio_operation operation, struct aio_list *list)
{
    /* a handler that starts requests must not find the lock held by what it interrupted */
    u64 allowed = __umk_signals_block();

    cb->__operation = operation;
    cb->__list = list;
    cb->__next = NULL;
    cb->__error = EINPROGRESS;
    __umk_lock(&lock);
    int error = provide_worker() ? EAGAIN : 0;
    if (!error) {
        *last = cb;
        last = &cb->__next;
        queued++;
        arrivals++;
    } else {
        cb->__error = error;
        cb->__result = -1;
    }
    __umk_unlock(&lock);
    redox_futex_wake_v0(&arrivals, 1);
    __umk_signals_restore(allowed);
    return error;
}

int aio_cancel(int fd, struct aiocb *cb)
{
    u64 allowed = __umk_signals_block();
    struct aiocb *cancelled = NULL;

    if ((i64)redox_fcntl_v0(__umk_fd(fd), RX_F_GETFD, 0) < 0) {
        __umk_signals_restore(allowed);
        return (int)__umk_fail(EBADF);
    }
    __umk_lock(&lock);
    for (struct aiocb **at = &first; *at;) {
        struct aiocb *one = *at;
        if (one->aio_fildes != fd || (cb && one != cb)) {
            at = &one->__next;
            continue;
        }
        take_out(at);
        one->__next = cancelled;
        cancelled = one;
    }
    bool under_way =
        cb ? !cancelled && __atomic_load_n(&cb->__error, __ATOMIC_ACQUIRE) == EINPROGRESS
           : is_busy(fd);
    __umk_unlock(&lock);
    int result = under_way ? AIO_NOTCANCELED : cancelled ? AIO_CANCELED : AIO_ALLDONE;
    while (cancelled) {
        struct aiocb *next = cancelled->__next;
        end_request(cancelled, -ECANCELED);
        cancelled = next;
    }
    __umk_signals_restore(allowed);
    return result;
}

i64 __umk_aio_wait(u32 seen, const struct redox_c_timespec *deadline)
{
    i64 r = (i64)redox_futex_wait_v0(&__umk_aio_ended, seen, deadline);

    return r == -EINTR || r == -ETIMEDOUT ? r : 0;
}

/* The parent's requests are its own. */
void __umk_aio_fork_child(void)
{
    lock = 0;
    first = NULL;
    last = &first;
    workers = idle = queued = 0;
}
