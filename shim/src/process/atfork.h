/* What fork does around the copy, besides the locks of malloc and stdio: handlers, threads, timers.
 */
#ifndef SHIM_PROCESS_ATFORK_H
#define SHIM_PROCESS_ATFORK_H

#include "shim/src/internal/thread.h"

/* Linked with pthread_atfork. what: 0 before, 1 in the parent, 2 in the child. */
void __umk_atfork_run(int what) __attribute__((weak)) __umk_hidden;
/* Takes back the handlers that lie in [low, high): a library that goes. */
void __umk_atfork_forget(u64 low, u64 high) __attribute__((weak)) __umk_hidden;
/* In the child: only the calling thread is left. Linked with pthread_create. */
void __umk_threads_fork_child(void) __attribute__((weak)) __umk_hidden;
/* In the child: pending timers are the parent's. Linked with the timers. */
void __umk_timers_fork_child(void) __attribute__((weak)) __umk_hidden;
/* The same for asynchronous input and output. */
void __umk_aio_fork_child(void) __attribute__((weak)) __umk_hidden;
/* Before (0) and after (1 parent, 2 child): the lock of the signal actions. */
void __umk_signal_fork(int what) __attribute__((weak)) __umk_hidden;
/* The same for the time zone, which a child may need although its maker had other threads. */
void __umk_zone_fork(int what) __attribute__((weak)) __umk_hidden;

#endif
