/*
 * A kernel and a machine around the client side of channels, in this process: for its tests and
 * its fuzzer, which include this file once and define the hooks below. Channels are mapped where
 * the gate expects them, and what lies between them is poisoned.
 */
#ifndef TESTS_LIBREDOX_FAKE_CLIENT_H
#define TESTS_LIBREDOX_FAKE_CLIENT_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libredox/src/gate.h"
#include "libredox/src/thread.h"
#include "umk/abi/scheme.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
#include <sanitizer/asan_interface.h>
#else
#define __asan_poison_memory_region(p, n) ((void)(p), (void)(n))
#define __asan_unpoison_memory_region(p, n) ((void)(p), (void)(n))
#endif

#define FAKE_CHANNELS 2u
#define FAKE_SET_GS 0x1001

#define fake_check(holds)                                                       \
    do {                                                                        \
        if (!(holds)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #holds); \
            abort();                                                            \
        }                                                                       \
    } while (0)

/* What a test defines. */
/* The server behind channel n was rung. */
static void on_ring(u32 n);
/* The calling thread sleeps on word until it is not value, or for any other reason. */
static void on_sleep(u32 *word, u32 value);
/* Whoever sleeps on word is woken. Only pipes' rings do that. */
static void on_wake(u32 *word);
/* A look at the thread's signals; true if one may be delivered. */
static bool on_signals(void);
/* The thread leaves the gate; true: an interrupted call is not to go on. */
static bool on_leave(void);
/* What UMK_BIND says of a descriptor: a binding, BINDING_NONE, or a negative errno. */
static i64 on_bind(u64 fd, u64 *binding);

static u8 *fake_window; /* FAKE_CHANNELS spans */

struct gate_thread gate_threads[PORTALS_MAX];
static struct proc_page fake_page;
struct proc_page *gate_page = &fake_page;
volatile bool gate_threaded;

static inline struct channel_header *fake_header(u32 n)
{
    return (struct channel_header *)(fake_window + n * WINDOW_CHANNEL_SPAN);
}

static inline struct channel_slot *fake_slot(u32 n, u32 slot)
{
    return (struct channel_slot *)((u8 *)fake_header(n) + CHANNEL_SLOT_OFFSET) + slot;
}

static inline u8 *fake_buffer(u32 n, u32 slot, u64 which)
{
    u8 *base = (u8 *)fake_header(n);

    return which == BUFFER_SMALL ? base + CHANNEL_SMALL_OFFSET + slot * CHANNEL_SMALL
                                 : base + CHANNEL_BIG_OFFSET + (which - BUFFER_BIG) * CHANNEL_BIG;
}

/* The calling thread is number i from now on. */
static inline void fake_thread(u32 i)
{
    gate_threads[i].self = &gate_threads[i];
    gate_threads[i].number = i;
    fake_check(syscall(SYS_arch_prctl, FAKE_SET_GS, &gate_threads[i]) == 0);
}

static inline void fake_start(void)
{
    fake_window = aligned_alloc(PAGE_SIZE, FAKE_CHANNELS * WINDOW_CHANNEL_SPAN);
    fake_check(fake_window != NULL);
    fake_page.window_base = (u64)(uintptr_t)fake_window - WINDOW_CLIENT_CHANNELS;
    for (u32 i = 0; i < FAKE_CHANNELS; i++)
        __asan_poison_memory_region((u8 *)fake_header(i) + CHANNEL_SIZE,
                                    WINDOW_CHANNEL_SPAN - CHANNEL_SIZE);
    fake_thread(0);
}

/* Channels as new, and no descriptor bound. */
static inline void fake_reset(void)
{
    for (u32 i = 0; i < FAKE_CHANNELS; i++) {
        memset(fake_header(i), 0, CHANNEL_SMALL_OFFSET);
        fake_header(i)->tail = RING_INDEX_START;
        fake_header(i)->need_ring = 1;
    }
    chan_forget_all();
}

i64 gate_call(u32 op, const u64 args[6], const struct gate_buf *buf, u64 ret[4])
{
    u64 binding = BINDING_NONE;
    i64 r;

    (void)buf;
    if (op != UMK_BIND)
        return -ENOSYS;
    r = on_bind(args[0], &binding);
    ret[0] = binding;
    return r;
}

void gate_lock(u32 *lock)
{
    while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
        sched_yield();
}

void gate_unlock(u32 *lock)
{
    __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

bool gate_leave(struct gate_thread *t)
{
    fake_check(t->in_gate > 0);
    t->in_gate--;
    return on_leave();
}

bool rx_signal_deliverable(void)
{
    return on_signals();
}

void machine_ring_server(u32 n)
{
    on_ring(n);
}

void machine_wake(u32 *word)
{
    on_wake(word);
}

void machine_sleep(u32 *word, u32 value)
{
    /* who sleeps on an answered slot sleeps for ever */
    fake_check((value & WAIT_STATE) != WAIT_DONE && (value & WAIT_SLEEPING));
    on_sleep(word, value);
}

#endif
