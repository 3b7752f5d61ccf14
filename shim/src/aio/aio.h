/*
 * Asynchronous input and output: requests wait in one queue for a few threads of the library's own,
 * which block all signals and do not count as the program's. Of each file one request is worked on
 * at a time, in the order in which they came; so a request that waits (a read of an empty pipe)
 * holds up those behind it of that file.
 *
 * A request's __error is EINPROGRESS from its start until its result is there, and then says how it
 * ended: the last store to it. Whoever waits sleeps on `ended`, which counts all ends.
 */
#ifndef SHIM_AIO_AIO_H
#define SHIM_AIO_AIO_H

#include <aio.h>
#include "shim/src/signal/notify.h"

enum aio_operation { AIO_READ, AIO_WRITE, AIO_SYNC, AIO_DATA_SYNC };

/* The requests of one lio_listio that does not wait; freed with the last. */
struct aio_list {
    u32 left;
    struct notice notice;
};

extern u32 __umk_aio_ended __umk_hidden;

/* Queues a request, as one of list's (NULL: alone). 0, or the error: nothing was queued then. */
int __umk_aio_start(struct aiocb *cb, enum aio_operation operation,
                    struct aio_list *list) __umk_hidden;
/* One request of the list is over, or was never begun. */
void __umk_aio_list_done(struct aio_list *list) __umk_hidden;
/* Sleeps until a request ends: `seen` was read from __umk_aio_ended before the requests were looked
 * at. 0, -EINTR or -ETIMEDOUT. */
i64 __umk_aio_wait(u32 seen, const struct redox_c_timespec *deadline) __umk_hidden;

#endif
