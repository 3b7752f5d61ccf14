/*
 * Waiting for a daemon's word through its INIT_NOTIFY pipe: one byte, or the descriptor of a
 * scheme's root.
 */
#ifndef INIT_NOTIFY_H
#define INIT_NOTIFY_H

#include "umk/abi/types.h"

enum notify_result {
    NOTIFY_READY,
    NOTIFY_SILENT, /* the other end was closed before */
};
/* root: a descriptor for the taker, 0 when a byte was waited for. */
typedef void notify_done(void *arg, enum notify_result result, u64 root);
/* Waits on the read end of the pipe, which stays the caller's. Negative: done will not be called.
 */
i64 notify_wait(u64 read_end, bool for_scheme, notify_done *done, void *arg);

#endif
