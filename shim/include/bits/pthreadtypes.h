/*
 * The types of <pthread.h>. What the words mean only the library's pthread files know; all are
 * usable when zeroed, which is what the static initializers do.
 */
#ifndef _BITS_PTHREADTYPES_H
#define _BITS_PTHREADTYPES_H

typedef struct umk_thread *pthread_t;
typedef unsigned int pthread_key_t;
typedef int pthread_once_t;

typedef struct {
    unsigned long __stack;
    unsigned long __stack_size;
    unsigned long __guard_size;
    int __flags[6];
} pthread_attr_t;
typedef struct {
    unsigned int __word[4];
    void *__ptr[3];
} pthread_mutex_t;
typedef struct {
    unsigned int __flags;
} pthread_mutexattr_t;
typedef struct {
    unsigned int __word[6];
    void *__ptr[2];
} pthread_cond_t;
typedef struct {
    unsigned int __flags;
} pthread_condattr_t;
typedef struct {
    unsigned int __word[6];
    void *__ptr[2];
} pthread_rwlock_t;
typedef struct {
    unsigned int __flags;
} pthread_rwlockattr_t;
typedef struct {
    unsigned int __word[6];
} pthread_barrier_t;
typedef struct {
    unsigned int __flags;
} pthread_barrierattr_t;
typedef unsigned int pthread_spinlock_t;

#endif
