/*
 * What a machine does for the gate: the hosted one is in libredox/hosted, bare hardware's in
 * libredox/metal. A program contains both; which one it runs on is known from its first
 * instructions on (crt.c) and does not change.
 */
#ifndef LIBREDOX_MACHINE_H
#define LIBREDOX_MACHINE_H

#include "gate.h"
#include "thread.h"

struct gate_machine {
    /* has the call carried out that is complete in t's, the calling thread's, portal; NULL: calls
     * are announced */
    void (*own_call)(struct gate_thread *t);
    /* see thread.h for these */
    void (*ring_kernel)(void);
    u32 (*kernel_cpu)(void);
    void (*sleep)(u32 *word, u32 value);
    void (*wake)(u32 *word);
    void (*wake_soon)(u32 *word);
    void (*settle)(void); /* NULL: nothing is put off */
    void (*yield)(void);
    void (*control)(u32 seq);
    void (*ring_server)(u32 n);
    void (*crowded)(void);
    void (*drop_channel)(void *header);
    u32 (*loop_wait)(i32 timeout_ms, u32 *which, u32 max);
    /* see rt.h */
    void (*set_tls)(void *fs_base);
    i64 (*fork)(void);
    i64 (*thread_create)(const struct rx_thread_start *t);
    void (*thread_exit)(void *unmap, size_t len);
    /* calls fn(arg) on the stack that the program is to have; NULL: it has it already */
    void (*run)(void (*fn)(const struct rx_start *), const struct rx_start *arg);
    /* ends the process at once, without the kernel's part in it */
    void (*die)(u32 code);
    /* private memory, where the kernel leaves that to the gate: mapped after the kernel's answer,
     * unmapped before the call, protected after it. NULL, all three: the kernel does it */
    i64 (*map)(u64 address, u64 size, u64 prot);
    i64 (*unmap)(u64 address, u64 size);
    i64 (*protect)(u64 address, u64 size, u64 prot);
    /* processes that are not gated; deadline NULL: none */
    i64 (*futex_wait)(u32 *addr, u32 val, const struct redox_c_timespec *deadline);
    i64 (*futex_wake)(u32 *addr, u32 n);
    /* who waits for a thread's end is not woken by it, and must look from time to time */
    bool ends_silently;
};
extern const struct gate_machine *gate_machine;

/* Connect the program to the kernel: everything from the first instruction to gate_start. */
void hosted_attach(const u64 *auxv);
void metal_attach(const u64 *auxv);

/* start.c: argv, envp and the rest of gate_start, from the exec block and the auxiliary vector. */
void gate_read_start(struct exec_block *b, u64 len, const u64 *auxv);

/* words.c: a channel's word as the kernel calls it; WORD_LOOP: it is none. */
u64 gate_word_of(const u32 *word);
/* Which server channel has its header here. */
u32 gate_server_number(const void *header);
/* Takes the numbers of the server channels that rang, where the kernel notes that. */
u32 gate_take_rung(u32 *which, u32 max);

/* signals.c: a nudge came, on the interrupted thread's stack; uctx may be NULL. */
void gate_on_nudge(void *uctx);
/* The fault that the portal's record describes: asks the kernel, and delivers the signal. */
void gate_on_fault(void *uctx);
/* Return addresses by frame pointers, as long as they look like a stack. */
u32 gate_walk_stack(u64 bp, u64 sp, u64 *frames);

_Noreturn static inline void gate_die(u32 code)
{
    for (;;)
        gate_machine->die(code);
}

/* Exit codes of a process that never got as far as the kernel, so that it says where. */
enum gate_exit_code {
    GATE_EXIT_NO_BOOT = 120, /* the boot message did not come, or was not one */
    GATE_EXIT_MAP = 121,     /* a mapping the kernel ordered failed at start */
    GATE_EXIT_BLOCK = 122,   /* the exec block is malformed */
    GATE_EXIT_CONTROL = 123, /* the control socket broke */
};

#endif
