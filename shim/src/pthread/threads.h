/*
 * The threads of the process.
 *
 * A thread ends in this order: cleanup handlers, keys' destructors, robust mutexes given up, out
 * of the list, join_state = UMK_EXITED, and the kernel zeroes and wakes its tid. Whoever
 * finds UMK_EXITED or makes it UMK_JOINING waits for that and unmaps the thread's memory; a
 * detached thread's memory goes with its end.
 */
#ifndef SHIM_PTHREAD_THREADS_H
#define SHIM_PTHREAD_THREADS_H

#include <pthread.h>
#include "shim/src/internal/lock.h"
#include "shim/src/internal/result.h"

#define DEFAULT_STACK (1u << 20)
#define DEFAULT_GUARD PAGE_SIZE
#define MIN_STACK 16384u

/* All threads but the main one, and how many there are with it; under the lock. */
extern u32 __umk_threads_lock __umk_hidden;
extern struct umk_thread *__umk_threads __umk_hidden;
extern u32 __umk_threads_count __umk_hidden;
/* Set and woken when the main thread has ended by pthread_exit: its number is 0 always. */
extern u32 __umk_main_ended __umk_hidden;

void __umk_threads_add(struct umk_thread *t) __umk_hidden;
/* Result: how many are left. */
u32 __umk_threads_remove(struct umk_thread *t) __umk_hidden;

/* Runs and resets the values of keys. Linked with pthread_key_create. */
void __umk_tsd_run(struct umk_thread *t) __attribute__((weak)) __umk_hidden;
/* Gives up the robust mutexes a thread holds. Linked with robust mutexes. */
void __umk_robust_exit(struct umk_thread *t) __attribute__((weak)) __umk_hidden;

#endif
