/*
 * Waiting on a word, in two phases and without a look at the word (the core never reads user
 * memory): enqueue on the key; look at the word in user mode; sleep, or cancel. A wake in
 * between leaves a token, and the sleep returns at once. A key is (address space, address), or
 * (object, offset) when the address lies in a shared mapping.
 */
#ifndef UMK_CORE_FUTEX_H
#define UMK_CORE_FUTEX_H

#include "umk/core/process.h"

i64 futex_call(struct context *c, u32 op, u64 address, u64 value, u64 deadline);
/* Takes a context out of its queue, whatever it is doing there. */
void futex_leave(struct context *c);
void futex_init(void);

#endif
