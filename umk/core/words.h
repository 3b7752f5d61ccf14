/*
 * Waiting for words and waking who waits, for processes that the scheduler gates: the words of
 * umk/abi/portal.h, named by number and index.
 *
 * No wake-up is lost: the process sets the word's sleeping bit and then waits, and the wait looks
 * at the word once more, in one step with the waiting; the waker changes the word and then
 * notifies. A word has at most one waiter.
 */
#ifndef UMK_CORE_WORDS_H
#define UMK_CORE_WORDS_H

#include "umk/core/channel.h"

void words_init(void);

/* Gives a channel numbers and enters it under them, or takes it out. -EMFILE: none is free. */
i64 words_number(struct channel *ch, struct process *client, struct process *server);
void words_forget(struct channel *ch);
/* Who waits for a slot of this channel goes on. */
void words_wake_all(struct channel *ch);
/* c waits for no word any more, and is not told. */
void words_leave(struct context *c);

/* UMK_WAIT, UMK_NOTIFY, UMK_CHANNEL_DROP */
i64 sys_wait(struct context *c);
i64 sys_notify(struct context *c);
i64 sys_channel_drop(struct context *c);

#endif
