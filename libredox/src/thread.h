/*
 * The gate's record of a thread, found through the gs base. One per portal, in a static table, so
 * that a signal handler finds it at any time. Written by its thread and its handlers only.
 */
#ifndef LIBREDOX_THREAD_H
#define LIBREDOX_THREAD_H

#include "redox/rt.h"
#include "umk/abi/channel.h"

struct gate_thread {
    struct gate_thread *self;
    struct portal *portal;
    /* metal, known to its assembler: the interrupted stack, and the one that faults use (0: none)
     */
    u64 upcall_sp;
    u64 fault_low, fault_top;
    void *tls;
    u32 number;
    /* > 0 inside the gate: a nudge must not run handlers now */
    volatile u32 in_gate;
    /* the word this thread sleeps on, or is about to, in a channel; NULL elsewhere */
    u32 *volatile wait_word;
    volatile bool nudged;
    /* metal: a word to be notified with the next call or wait; 0: none */
    u64 due;
    /* start record of a thread being created, read by the new thread */
    struct rx_thread_start start;
};

extern struct gate_thread gate_threads[PORTALS_MAX];
extern struct proc_page *gate_page;
/* Threads other than the main one were created at some time: locks are needed. */
extern volatile bool gate_threaded;

static inline struct gate_thread *gate_self(void)
{
    struct gate_thread *t;

    __asm__("movq %%gs:0, %0" : "=r"(t));
    return t;
}

/* The CPU this code runs on, a hint: TSC_AUX as Linux (and our metal kernel) sets it. */
static inline u32 gate_cpu(void)
{
    u32 aux;

    __asm__ volatile("rdtscp" : "=c"(aux) : : "rax", "rdx");
    return aux & 0xFFF;
}

/* The same, asked anew only now and then: for the paths that a fraction of a microsecond matters
 * to. Shared by all threads of a file; what is stale costs some looks in vain. */
static inline u32 gate_cpu_hint(void)
{
    static u32 cpu, uses;
    u32 n = __atomic_load_n(&uses, __ATOMIC_RELAXED);

    __atomic_store_n(&uses, n + 1, __ATOMIC_RELAXED);
    if (n % 16 == 0)
        __atomic_store_n(&cpu, gate_cpu(), __ATOMIC_RELAXED);
    return __atomic_load_n(&cpu, __ATOMIC_RELAXED);
}

static inline void gate_enter(struct gate_thread *t)
{
    t->in_gate++;
    __asm__ volatile("" ::: "memory");
}

/* Leaves the gate; handlers that were put off run now. True when one of them ran that does not
 * want an interrupted call to go on (no SA_RESTART). */
bool gate_leave(struct gate_thread *t);

static inline void cpu_relax(void)
{
    __builtin_ia32_pause();
}

/* A small lock for the gate's own tables: spins a little, then yields. Never held over a call. */
void gate_lock(u32 *lock);
void gate_unlock(u32 *lock);

/* Posts a call whose answer nobody waits for. */
void gate_post_only(struct gate_thread *t, u32 op, u64 arg);
/* Posts the call written in portal n. */
void gate_post(struct portal *p, u32 n, u32 op);
/* Asks the kernel to interrupt the call under way in portal n. */
void gate_cancel(struct portal *p, u32 n);
/* Rings the kernel if it may sleep; the caller has published and fenced. */
void gate_ring_kernel(void);
/* Stands for UMK_PROC with PROC_EXIT in gate_post_only. */
#define PROC_EXIT_POST 0u
/* In the child of a fork, whose pages are new. */
void gate_forget(void);
/* Debug builds look for calls with which a main loop at work waits for another server; see
 * blocking.c. */
#ifdef UMK_DEBUG
extern volatile bool gate_dispatching; /* the main loop is at work */
/* Before a call, and after one. */
void gate_check_call(u32 op, const u64 args[6]);
void gate_check_opened(u32 op, i64 fd);
_Noreturn void gate_blocked(void);
static inline void gate_dispatch(bool at_work)
{
    gate_dispatching = at_work;
}
/* Before a call over a channel, which always is another server's. */
static inline void gate_check_channel(void)
{
    if (gate_dispatching)
        gate_blocked();
}
#else
static inline void gate_dispatch(bool at_work)
{
    (void)at_work;
}
static inline void gate_check_call(u32 op, const u64 args[6])
{
    (void)op;
    (void)args;
}
static inline void gate_check_opened(u32 op, i64 fd)
{
    (void)op;
    (void)fd;
}
static inline void gate_check_channel(void)
{
}
#endif
/* In the child of a fork: no descriptor has a channel. */
void chan_forget_all(void);
/* Client channel `number` is a new one. */
void chan_reset(u32 number);

/* What a machine does for the gate */

/* The kernel may sleep: make it look at the posted portals. */
void machine_ring_kernel(void);
/* The CPU the kernel last ran on; a hint. */
u32 machine_kernel_cpu(void);
/* Sleeps while *word == value; returns early for any reason. */
void machine_sleep(u32 *word, u32 value);
/* Wakes the thread of another process that sleeps on this word, which both share. */
void machine_wake(u32 *word);
/* The same, but it may be put off until this thread sleeps, calls the kernel or comes to
 * gate_settle. */
void machine_wake_soon(u32 *word);
void machine_settle(void);
/* Before something that may take long. */
static inline void gate_settle(void)
{
    if (gate_self()->due)
        machine_settle();
}
/* Lets others run. */
void machine_yield(void);
/* Until all control messages up to seq are carried out. */
void machine_control(u32 seq);
/* Rings the server behind client channel n. */
void machine_ring_server(u32 n);
/* The main loop sleeps and wakes on one processor in turns with its clients: the kernel may move
 * it. */
void machine_crowded(void);
/* A server's end of a channel is not used any more. */
void machine_drop_channel(void *header);
/* Waits in the main loop until a bell rings, at most timeout_ms (-1: for ever); puts the numbers of
 * the server channels that rang into which[0..max). Result: how many. */
u32 machine_loop_wait(i32 timeout_ms, u32 *which, u32 max);

#endif
