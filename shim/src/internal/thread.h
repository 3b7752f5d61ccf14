/*
 * The thread block: what the C library keeps for each thread, and the thread-local
 * storage beside it. TLS is variant II: the program's TLS image ends where the block
 * begins, and fs:0 holds the block's own address.
 *
 *     | ... stack ... | TLS image | struct umk_thread |
 *                                 ^ fs base
 *
 * A block lives from __umk_tls_place to the moment its thread has ended and, for a
 * joinable thread, was joined. Only its own thread writes to it, but for the fields
 * that say otherwise.
 */
#ifndef SHIM_INTERNAL_THREAD_H
#define SHIM_INTERNAL_THREAD_H

#include "redox/rt.h"

#define __umk_hidden __attribute__((visibility("hidden")))

#define UMK_TSD_KEYS 128 /* PTHREAD_KEYS_MAX */

struct heap_cache;
struct __umk_cleanup;

enum umk_join_state {
    UMK_JOINABLE = 0,
    UMK_DETACHED = 1,
    UMK_JOINING = 2, /* somebody waits in pthread_join */
    UMK_EXITED = 3,  /* ended and joinable: the joiner frees the block */
};

struct umk_thread {
    struct umk_thread *self; /* must be first: fs:0 */
    int errno_value;
    u32 tid; /* the kernel's number; zeroed and woken at the thread's end (futex) */

    /* The mapping that holds guard, stack, TLS and this block; NULL for the main thread. */
    void *map;
    size_t map_len;
    void *stack; /* lowest usable address */
    size_t stack_size;
    size_t guard_size;

    /* pthread */
    void *(*start)(void *arg);
    void *start_arg;
    void *result;
    u32 join_state;     /* enum umk_join_state, changed by compare-and-swap */
    u32 cancel_pending; /* set by any thread */
    u8 cancel_disabled; /* PTHREAD_CANCEL_DISABLE */
    u8 cancel_async;    /* PTHREAD_CANCEL_ASYNCHRONOUS */
    u8 exiting;         /* cleanup handlers run: no more cancellation */
    u8 tsd_used;        /* some key was set */
    u8 at_cancel_point; /* inside a blocking function that cancellation may end */
    struct __umk_cleanup *cleanup;
    void *tsd[UMK_TSD_KEYS];
    void *robust_list;              /* robust mutexes held */
    struct umk_thread *next, *prev; /* list of all threads, under its lock */

    /* signals */
    void *altstack;
    size_t altstack_size;
    int altstack_flags;
    u32 in_handler;    /* depth of handlers running on this thread */
    u32 handler_count; /* handlers run so far (futex of who waits for one) */
    u32 no_restart;    /* inside a call that no handler's SA_RESTART may restart */
    u64 wait_set;      /* signals that sigtimedwait takes instead of a handler */
    void *wait_info;   /* its siginfo_t */
    u64 wake_queue;    /* 1 + the event queue whose read a handler must cut short; 0: none */
    u64 initial_mask;  /* signals blocked when the thread starts */

    /* malloc */
    struct heap_cache *heap;

    /* storage of libraries that came by dlopen, by their number */
    struct umk_tls_late *tls_late;
    size_t tls_late_count;
};

#ifdef SHIM_HOST_TEST
/* In a test beside the host's C library fs:0 is the host's. */
extern _Thread_local struct umk_thread __umk_test_thread;
static inline struct umk_thread *__umk_self(void)
{
    return &__umk_test_thread;
}
#else
static inline struct umk_thread *__umk_self(void)
{
    return __builtin_thread_pointer();
}
#endif

/* True once a second thread was started, and forever after: until then locks need no atomics. */
extern u32 __umk_threaded __umk_hidden;

/* One thread's copy of the storage of a library that came by dlopen. */
struct umk_tls_late {
    u64 serial;
    void *copy;
};

/* The main thread's block. */
extern struct umk_thread *__umk_main_thread __umk_hidden;

/*
 * Thread-local storage of one file: the program, or a shared library. Those that are there at start
 * have a place below every thread's fs base; the others get memory in a thread when it first asks.
 */
struct umk_tls_module {
    struct umk_tls_module *next;
    const void *image; /* the first image_len bytes; zeros follow */
    size_t image_len, size;
    size_t align, skew; /* the address is skew modulo align, a power of two */
    size_t offset;      /* how far below the fs base; 0: not there at start */
    size_t number;      /* 1, 2... of those without an offset */
    u64 serial;         /* ... which unlike the number none has had before */
};

/* Gives a module its place. Only before the first thread block is made. */
void __umk_tls_add(struct umk_tls_module *m) __umk_hidden;

/* Bytes that __umk_tls_place needs, alignment included. */
size_t __umk_tls_size(void) __umk_hidden;
/*
 * Lays out TLS and thread block at the upper end of mem[0..len), len >= __umk_tls_size(). The
 * image is copied, the block zeroed and its self pointer set. Result: the block, which is the fs
 * base; *low (may be NULL) gets the lowest address used, so a stack may end there.
 */
struct umk_thread *__umk_tls_place(void *mem, size_t len, void **low) __umk_hidden;

/* To be called by a thread that ends, last but for rx_thread_exit: gives its malloc cache back. */
void __umk_thread_release(struct umk_thread *t) __umk_hidden;

/*
 * Around fork: takes the locks of malloc, stdio and the exit handlers, and gives them back in
 * the parent, or makes them free in the child.
 */
void __umk_fork_prepare(void) __umk_hidden;
void __umk_fork_parent(void) __umk_hidden;
void __umk_fork_child(void) __umk_hidden;

#endif
