/* System V's semaphores, as objects of the shm scheme; identifiers as in <sys/shm.h>. */
#ifndef _SYS_SEM_H
#define _SYS_SEM_H

#include <sys/ipc.h>
#include <bits/timespec.h>

#define SEM_UNDO 0x1000

#define GETPID 11
#define GETVAL 12
#define GETALL 13
#define GETNCNT 14
#define GETZCNT 15
#define SETVAL 16
#define SETALL 17

struct semid_ds {
    struct ipc_perm sem_perm;
    time_t sem_otime;
    time_t sem_ctime;
    unsigned short sem_nsems;
};

struct sembuf {
    unsigned short sem_num;
    short sem_op;
    short sem_flg;
};

__BEGIN_DECLS
int semget(key_t, int, int);
int semop(int, struct sembuf *, size_t);
/* The fourth argument is an int, a struct semid_ds * or an unsigned short *, as the command asks;
 * or a union of these. */
int semctl(int, int, int, ...);
#if __UMK_EXT
int semtimedop(int, struct sembuf *, size_t, const struct timespec *);
#endif
__END_DECLS

#endif
