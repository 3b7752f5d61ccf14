/* The alternate signal stack of a thread. */
#ifndef SHIM_SIGNAL_ALTSTACK_H
#define SHIM_SIGNAL_ALTSTACK_H

#include <signal.h>
#include "shim/src/internal/thread.h"

/* The stack as sigaltstack reports it. */
void __umk_altstack_get(struct umk_thread *t, stack_t *out) __umk_hidden;
/* Where a handler with SA_ONSTACK starts; NULL: on the current stack. */
void *__umk_altstack_top(struct umk_thread *t) __umk_hidden;
/* handler(sig, info, context) on the given stack, or on the current one if it is NULL. */
void __umk_call_handler(int sig, siginfo_t *info, void *context,
                        void (*handler)(int, siginfo_t *, void *), void *stack) __umk_hidden;

#endif
