/*
 * Descriptors that a child does not get (FD_CLOFORK). The kernel keeps the mark, but a descriptor
 * is made first and marked then: between __umk_clofork_begin and __umk_clofork_end no thread of
 * this process forks or spawns.
 */
#ifndef SHIM_FCNTL_CLOFORK_H
#define SHIM_FCNTL_CLOFORK_H

#include "shim/src/internal/thread.h"

void __umk_clofork_begin(void) __umk_hidden;
/* Marks fd besides what flags it has, unless it is a negative errno; the result is fd, or the errno
 * of the marking, with fd closed. */
i64 __umk_clofork_end(i64 fd) __umk_hidden;

/* For fork and spawn: 0 before, 1 after it in the parent, 2 in the child. Weak: a program that
 * marks nothing has no need. */
void __umk_clofork_fork(int what) __umk_hidden __attribute__((weak));

#endif
