/*
 * Named semaphores: shared memory objects of one page, mapped once per process and name.
 * A new one is of use to others when its maker has written READY.
 */
#include <fcntl.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "shim/src/pthread/threads.h"

#define READY 0x53454d31u
#define NAME_SIZE 256
#define READY_TRIES 1000

struct named {
    struct named *next;
    sem_t *sem;
    u32 users;
    char name[];
};

static u32 lock;
static struct named *list;

static bool object_name(const char *name, char *out)
{
    while (*name == '/')
        name++;
    if (!*name || strchr(name, '/') || strlen(name) + 5 > NAME_SIZE) {
        __umk_fail(*name && !strchr(name, '/') ? ENAMETOOLONG : EINVAL);
        return false;
    }
    stpcpy(stpcpy(out, "sem."), name);
    return true;
}

static sem_t *map(int fd)
{
    void *p = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    return p == MAP_FAILED ? NULL : p;
}

static sem_t *make(const char *object, mode_t mode, unsigned value)
{
    int fd = shm_open(object, O_RDWR | O_CREAT | O_EXCL, mode);
    sem_t *s = NULL;

    if (fd < 0)
        return NULL;
    if (ftruncate(fd, PAGE_SIZE) == 0)
        s = map(fd);
    close(fd);
    if (!s) {
        shm_unlink(object);
        return NULL;
    }
    sem_init(s, 1, value);
    __atomic_store_n(&s->__reserved[0], READY, __ATOMIC_RELEASE);
    return s;
}

static sem_t *join(const char *object)
{
    const struct timespec pause = {0, 1000000};
    int fd = shm_open(object, O_RDWR, 0);
    sem_t *s;

    if (fd < 0)
        return NULL;
    s = map(fd);
    close(fd);
    for (int i = 0; s && i < READY_TRIES; i++) {
        if (__atomic_load_n(&s->__reserved[0], __ATOMIC_ACQUIRE) == READY)
            return s;
        nanosleep(&pause, NULL);
    }
    if (s) {
        munmap(s, PAGE_SIZE);
        __umk_fail(EINVAL);
    }
    return NULL;
}

static sem_t *open_object(const char *object, int flags, mode_t mode, unsigned value)
{
    for (;;) {
        sem_t *s;
        if (flags & O_CREAT) {
            s = make(object, mode, value);
            if (s || __umk_self()->errno_value != EEXIST || (flags & O_EXCL))
                return s;
        }
        s = join(object);
        /* removed between the two: once more */
        if (s || __umk_self()->errno_value != ENOENT || !(flags & O_CREAT))
            return s;
    }
}

static struct named *find(const char *object, const sem_t *s)
{
    struct named *n = list;

    while (n && (object ? strcmp(n->name, object) != 0 : n->sem != s))
        n = n->next;
    return n;
}

sem_t *sem_open(const char *name, int flags, ...)
{
    char object[NAME_SIZE];
    mode_t mode = 0;
    unsigned value = 0;

    if (flags & O_CREAT) {
        va_list ap;
        va_start(ap, flags);
        mode = va_arg(ap, mode_t);
        value = va_arg(ap, unsigned);
        va_end(ap);
    }
    if (!object_name(name, object))
        return SEM_FAILED;
    if (value > SEM_VALUE_MAX) {
        __umk_fail(EINVAL);
        return SEM_FAILED;
    }
    size_t size = strlen(object) + 1;
    __umk_lock(&lock);
    struct named *n = find(object, NULL);
    if (n && (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) {
        __umk_fail(EEXIST);
        n = NULL;
    } else if (n) {
        n->users++;
    } else if ((n = malloc(sizeof *n + size))) {
        n->sem = open_object(object, flags, mode, value);
        n->users = 1;
        memcpy(n->name, object, size);
        if (n->sem) {
            n->next = list;
            list = n;
        } else {
            free(n);
            n = NULL;
        }
    }
    sem_t *s = n ? n->sem : SEM_FAILED;
    __umk_unlock(&lock);
    return s;
}

int sem_close(sem_t *s)
{
    __umk_lock(&lock);
    struct named *n = find(NULL, s);
    if (n && --n->users == 0) {
        for (struct named **at = &list; *at; at = &(*at)->next) {
            if (*at == n) {
                *at = n->next;
                break;
            }
        }
        munmap(n->sem, PAGE_SIZE);
        free(n);
    }
    __umk_unlock(&lock);
    return n ? 0 : (int)__umk_fail(EINVAL);
}

int sem_unlink(const char *name)
{
    char object[NAME_SIZE];

    if (!object_name(name, object))
        return -1;
    /* an open of the same name from now on makes a new one */
    __umk_lock(&lock);
    struct named *n = find(object, NULL);
    if (n)
        n->name[0] = 0;
    __umk_unlock(&lock);
    return shm_unlink(object);
}
