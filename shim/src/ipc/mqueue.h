/*
 * A POSIX message queue: a record that processes share (shared.h), and what a process knows of one
 * that it has open. Messages lie in slots; the number of each tells which of one priority is older.
 */
#ifndef SHIM_IPC_MQUEUE_H
#define SHIM_IPC_MQUEUE_H

#include <mqueue.h>
#include "shim/src/ipc/shared.h"

struct mq_slot {
    u64 number; /* 0: empty */
    u32 priority;
    u32 size;
    u8 text[]; /* of the queue's message size, rounded up */
};

/* Who is to be told of a message that comes to the empty queue. */
struct mq_notice {
    u32 pid; /* 0: nobody */
    i32 notify, signo;
    u64 value;
    u64 serial; /* counts the registrations */
    u64 told;   /* the last that a message was told to, of SIGEV_THREAD */
};

struct mq {
    struct ipc_shared s;
    u32 maxmsg, msgsize;
    u32 count;
    u32 receivers; /* that wait */
    u64 last_number;
    struct mq_notice notice;
    u8 slots[];
};

struct mq_open {
    struct mq_open *next;
    struct mq *q;
    mqd_t fd; /* of the object, so that the number is nobody else's */
    int flags;
    u32 users;
    bool closed;
};

/* The queue of a descriptor, locked; access: O_RDONLY or O_WRONLY, or 0. NULL and EBADF. Let go of
 * by
 * __umk_mq_put. */
struct mq_open *__umk_mq_take(mqd_t fd, int access) __umk_hidden;
void __umk_mq_put(void *open) __umk_hidden;
struct mq_slot *__umk_mq_slot(const struct mq *q, u32 i) __umk_hidden;
/* A message has come to the empty queue, and nobody waits for it. */
void __umk_mq_tell(struct mq *q) __umk_hidden;

#endif
