/* Shared records: making, finding, locking, waiting; see shared.h. */
#include "shim/src/ipc/shared.h"
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "shim/src/pthread/cancel.h"
#include "shim/src/time/deadline.h"

#define READY 0x49504331u
#define READY_TRIES 1000
#define LOOK_AGAIN_MS 50 /* after the dead, who wake nobody */

static struct ipc_shared *map(int fd, size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    return p == MAP_FAILED ? NULL : p;
}

void *__umk_ipc_make(const char *name, size_t size, mode_t mode)
{
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, mode);
    struct ipc_shared *s = NULL;

    if (fd < 0)
        return NULL;
    if (ftruncate(fd, (off_t)size) == 0)
        s = map(fd, size);
    close(fd);
    if (s)
        s->size = size;
    else
        shm_unlink(name);
    return s;
}

void __umk_ipc_ready(struct ipc_shared *s)
{
    __atomic_store_n(&s->ready, READY, __ATOMIC_RELEASE);
}

void *__umk_ipc_join(const char *name)
{
    const struct timespec pause = {0, 1000000};
    int fd = shm_open(name, O_RDWR, 0);
    struct stat st;

    if (fd < 0)
        return NULL;
    /* its maker gives it its size before anything else */
    for (int i = 0; i < READY_TRIES && fstat(fd, &st) == 0; i++) {
        struct ipc_shared *s = st.st_size >= (off_t)sizeof *s ? map(fd, (size_t)st.st_size) : NULL;

        if (s && __atomic_load_n(&s->ready, __ATOMIC_ACQUIRE) == READY &&
            s->size == (u64)st.st_size) {
            close(fd);
            return s;
        }
        if (s)
            munmap(s, (size_t)st.st_size);
        nanosleep(&pause, NULL);
    }
    close(fd);
    __umk_fail(EINVAL);
    return NULL;
}

void __umk_ipc_unmap(struct ipc_shared *s)
{
    munmap(s, s->size);
}

bool __umk_ipc_is_dead(u32 pid)
{
    struct rx_proc_meta m;

    return rx_proc(PROC_CREDENTIALS, pid, 0, 0, &m, sizeof m) == -ESRCH;
}

static struct redox_c_timespec soon(void)
{
    struct redox_c_timespec at;

    __umk_deadline_in(&(struct timespec){0, LOOK_AGAIN_MS * 1000000L}, &at);
    return at;
}

void __umk_ipc_lock(struct ipc_shared *s)
{
    u32 self = (u32)redox_get_pid_v1(), holder = 0;

    while (!__atomic_compare_exchange_n(&s->lock, &holder, self, false, __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED)) {
        struct redox_c_timespec until = soon();

        if (holder == 0)
            continue;
        /* pairs with the unlock, which looks at the count after it has freed the word */
        __atomic_fetch_add(&s->lockers, 1, __ATOMIC_SEQ_CST);
        i64 r = (i64)redox_futex_wait_v0(&s->lock, holder, &until);
        __atomic_fetch_sub(&s->lockers, 1, __ATOMIC_SEQ_CST);
        if (r == -ETIMEDOUT && holder != self && __umk_ipc_is_dead(holder) &&
            __atomic_compare_exchange_n(&s->lock, &holder, self, false, __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED))
            return;
        holder = 0;
    }
}

bool __umk_ipc_trylock(struct ipc_shared *s)
{
    u32 nobody = 0;

    return __atomic_compare_exchange_n(&s->lock, &nobody, (u32)redox_get_pid_v1(), false,
                                       __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

void __umk_ipc_unlock(struct ipc_shared *s)
{
    __atomic_store_n(&s->lock, 0, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&s->lockers, __ATOMIC_SEQ_CST))
        redox_futex_wake_v0(&s->lock, 1);
}

void __umk_ipc_change(struct ipc_shared *s)
{
    s->changed++;
    if (s->waiters)
        redox_futex_wake_v0(&s->changed, UINT32_MAX);
}

static bool is_later(const struct redox_c_timespec *a, const struct redox_c_timespec *b)
{
    return a->sec > b->sec || (a->sec == b->sec && a->nsec > b->nsec);
}

static void come_back(void *arg)
{
    struct ipc_shared *s = arg;

    __umk_self()->no_restart--;
    __umk_ipc_lock(s);
    s->waiters--;
}

i64 __umk_ipc_wait(struct ipc_shared *s, const struct redox_c_timespec *deadline, bool cancel,
                   u32 handlers)
{
    u32 seen = s->changed;
    struct redox_c_timespec until = soon();
    bool last = deadline && !is_later(deadline, &until);
    i64 r;

    s->waiters++;
    __umk_ipc_unlock(s);
    __umk_self()->no_restart++;
    pthread_cleanup_push(come_back, s);
    if (cancel)
        __umk_cancel_enter();
    r = (i64)redox_futex_wait_v0(&s->changed, seen, last ? deadline : &until);
    if (cancel)
        __umk_cancel_leave();
    pthread_cleanup_pop(1);
    /* one that came when the thread was not asleep counts as well */
    if (__umk_ipc_handlers() != handlers)
        return -EINTR;
    return r == -ETIMEDOUT && last ? r : 0;
}
