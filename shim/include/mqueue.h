/* POSIX message queues, as objects of the shm scheme. */
#ifndef _MQUEUE_H
#define _MQUEUE_H

#include <signal.h>
#include <bits/timespec.h>
#include <fcntl.h>
#include <sys/types.h>

struct sigevent;

typedef int mqd_t;

struct mq_attr {
    long mq_flags;
    long mq_maxmsg;
    long mq_msgsize;
    long mq_curmsgs;
};

__BEGIN_DECLS
/* With O_CREAT: mode_t, and struct mq_attr * (NULL: 10 messages of 8192 bytes). */
mqd_t mq_open(const char *, int, ...);
int mq_close(mqd_t);
int mq_unlink(const char *);
int mq_getattr(mqd_t, struct mq_attr *);
int mq_setattr(mqd_t, const struct mq_attr *__restrict, struct mq_attr *__restrict);
int mq_send(mqd_t, const char *, size_t, unsigned);
int mq_timedsend(mqd_t, const char *, size_t, unsigned, const struct timespec *);
ssize_t mq_receive(mqd_t, char *, size_t, unsigned *);
ssize_t mq_timedreceive(mqd_t, char *__restrict, size_t, unsigned *__restrict,
                        const struct timespec *__restrict);
int mq_notify(mqd_t, const struct sigevent *);
__END_DECLS

#endif
