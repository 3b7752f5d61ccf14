/* System V's message queues, as objects of the shm scheme; identifiers as in <sys/shm.h>. */
#ifndef _SYS_MSG_H
#define _SYS_MSG_H

#include <sys/ipc.h>

#define MSG_NOERROR 010000
#if __UMK_EXT
#define MSG_EXCEPT 020000
#endif

typedef unsigned long msgqnum_t;
typedef unsigned long msglen_t;

struct msqid_ds {
    struct ipc_perm msg_perm;
    msgqnum_t msg_qnum;
    msglen_t msg_qbytes;
    pid_t msg_lspid;
    pid_t msg_lrpid;
    time_t msg_stime;
    time_t msg_rtime;
    time_t msg_ctime;
};

#if __UMK_EXT
struct msgbuf {
    long mtype;
    char mtext[1];
};
#endif

__BEGIN_DECLS
int msgget(key_t, int);
int msgctl(int, int, struct msqid_ds *);
int msgsnd(int, const void *, size_t, int);
ssize_t msgrcv(int, void *, size_t, long, int);
__END_DECLS

#endif
