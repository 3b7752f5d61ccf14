/*
 * Program start and end, and the hooks that other parts offer to them. The hooks are
 * weak: a program that uses no stdio, say, is linked without stdio's end.
 */
#ifndef SHIM_INTERNAL_START_H
#define SHIM_INTERNAL_START_H

#include "shim/src/internal/thread.h"

/* What the program was started with; set before anything else runs. */
extern const struct rx_start *__umk_start __umk_hidden;

/* Finds the TLS image of a program that has no loader. */
void __umk_tls_find(const struct rx_start *start) __umk_hidden;
/* Makes the main thread's TLS and thread block and points fs at it. */
void __umk_tls_start(void) __umk_hidden;
/* Everything before constructors: stack guard, environment, TLS, signals. The caller may have no
 * stack protector, since the guard changes. */
void __umk_process_start(const struct rx_start *start) __umk_hidden;

/* Called once before constructors, when linked: signals, for their hook and inherited state. */
void __umk_signal_start(const struct rx_start *start) __attribute__((weak)) __umk_hidden;

/* Called by exit, in this order, when linked. */
void __umk_atexit_run(void) __attribute__((weak)) __umk_hidden;
void __umk_ldso_fini(void) __attribute__((weak)) __umk_hidden;
/* Runs the handlers that lie in [low, high) or are for an object there: of a library that goes. */
void __umk_atexit_run_within(u64 low, u64 high) __umk_hidden;
void __umk_stdio_exit(void) __attribute__((weak)) __umk_hidden;
/* What SEM_UNDO asks for; also by _exit. */
void __umk_sem_exit(void) __attribute__((weak)) __umk_hidden;

/* For __umk_fork_*: what = 0 before, 1 in the parent, 2 in the child. */
void __umk_stdio_fork(int what) __attribute__((weak)) __umk_hidden;
void __umk_heap_fork(int what) __attribute__((weak)) __umk_hidden;
void __umk_atexit_fork(int what) __attribute__((weak)) __umk_hidden;
void __umk_dl_fork(int what) __attribute__((weak)) __umk_hidden;

/* When a thread ends. */
void __umk_tls_thread_end(struct umk_thread *t) __attribute__((weak)) __umk_hidden;
void __umk_heap_thread_end(struct umk_thread *t) __attribute__((weak)) __umk_hidden;

#endif
