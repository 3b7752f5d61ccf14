/*
 * pthread_create. One mapping holds guard, stack, thread-local storage and thread block;
 * with a stack of the caller's it holds the last two.
 */
#include <string.h>
#include "shim/src/pthread/threads.h"
#include "shim/src/signal/mask.h"

static size_t whole_pages(size_t n)
{
    return (n + PAGE_MASK) & ~(size_t)PAGE_MASK;
}

static void thread_main(void *arg)
{
    struct umk_thread *t = arg;

    __umk_signals_restore(t->initial_mask);
    pthread_exit(t->start(t->start_arg));
}

/* Result: the new thread's block, laid out, or NULL. */
static struct umk_thread *new_thread(const pthread_attr_t *a)
{
    size_t stack = a->__stack ? 0 : whole_pages(a->__stack_size ? a->__stack_size : DEFAULT_STACK);
    size_t guard = a->__stack ? 0 : whole_pages(a->__guard_size);
    size_t len = guard + stack + whole_pages(__umk_tls_size());
    void *low;

    if (len < stack || len > INT64_MAX)
        return NULL;
    i64 r =
        (i64)redox_mmap_v1(NULL, len, RX_PROT_READ | RX_PROT_WRITE, RX_MAP_PRIVATE, RX_ANON_FD, 0);
    if (RX_IS_ERR(r))
        return NULL;
    char *map = (char *)r;
    if (guard && rx_mprotect(map, guard, RX_PROT_NONE) < 0) {
        redox_munmap_v1(map, len);
        return NULL;
    }
    struct umk_thread *t = __umk_tls_place(map, len, &low);
    t->map = map;
    t->map_len = len;
    t->guard_size = guard;
    if (a->__stack) {
        t->stack = (void *)a->__stack;
        t->stack_size = a->__stack_size;
    } else {
        t->stack = map + guard;
        t->stack_size = (size_t)((char *)low - (map + guard));
    }
    return t;
}

int pthread_create(pthread_t *restrict out, const pthread_attr_t *restrict attr,
                   void *(*start)(void *), void *restrict arg)
{
    pthread_attr_t a;

    if (attr)
        a = *attr;
    else
        pthread_attr_init(&a);
    struct umk_thread *t = new_thread(&a);
    if (!t)
        return EAGAIN;
    __umk_threaded = 1;
    t->start = start;
    t->start_arg = arg;
    t->join_state = (u32)a.__flags[0] == PTHREAD_CREATE_DETACHED ? UMK_DETACHED : UMK_JOINABLE;
    /* the new thread starts with everything blocked, and unblocks when it is ready for signals */
    t->initial_mask = __umk_signals_block();
    __umk_lock(&__umk_threads_lock);
    __umk_threads_add(t);
    __umk_unlock(&__umk_threads_lock);
    struct rx_thread_start how = {
        .entry = thread_main,
        .arg = t,
        .stack_top = (void *)((uintptr_t)((char *)t->stack + t->stack_size) & ~(uintptr_t)15),
        .tls = t,
        .tid = &t->tid,
    };
    *out = t;
    u64 allowed = t->initial_mask; /* a detached thread may be gone after this */
    i64 r = rx_thread_create(&how);
    if (r < 0) {
        __umk_lock(&__umk_threads_lock);
        __umk_threads_remove(t);
        __umk_unlock(&__umk_threads_lock);
        redox_munmap_v1(t->map, t->map_len);
    }
    __umk_signals_restore(allowed);
    return r < 0 ? (r == -ENOMEM ? EAGAIN : (int)-r) : 0;
}
