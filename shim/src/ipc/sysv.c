/* Identifiers and records of System V's objects; see sysv.h. */
#include "shim/src/ipc/sysv.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "shim/src/internal/lock.h"

#define KEY_MASK 0x3fffffff
#define PRIVATE_ID 0x40000000
#define TRIES 16
#define NAME_SIZE 40

static void name_of(const struct sysv_kind *k, int id, char name[NAME_SIZE])
{
    snprintf(name, NAME_SIZE, "/%s.%d", k->prefix, id);
}

static int make(const struct sysv_kind *k, int id, key_t key, int flags, size_t size,
                void (*begin)(struct sysv_object *, size_t), size_t count)
{
    char name[NAME_SIZE];

    name_of(k, id, name);
    struct sysv_object *o = __umk_ipc_make(name, size, (mode_t)flags & 0777);
    if (!o)
        return -1;
    o->perm =
        (struct ipc_perm){key, geteuid(), getegid(), geteuid(), getegid(), (mode_t)flags & 0777};
    begin(o, count);
    __umk_ipc_ready(&o->s);
    __umk_ipc_unmap(&o->s);
    return id;
}

static int find(const struct sysv_kind *k, int id, key_t key, int flags,
                int (*check)(const struct sysv_object *, size_t), size_t count)
{
    char name[NAME_SIZE];
    int error = 0;

    name_of(k, id, name);
    struct sysv_object *o = __umk_ipc_join(name);
    if (!o)
        return -1;
    if (o->perm.__key != key || ((flags & IPC_CREAT) && (flags & IPC_EXCL)))
        error = EEXIST;
    else if (check)
        error = check(o, count);
    __umk_ipc_unmap(&o->s);
    return error ? (int)__umk_fail(error) : id;
}

int __umk_sysv_get(struct sysv_kind *k, key_t key, int flags, size_t size,
                   void (*begin)(struct sysv_object *, size_t),
                   int (*check)(const struct sysv_object *, size_t), size_t count)
{
    int id = key & KEY_MASK, made = -1;

    for (int i = 0; i < TRIES; i++) {
        if (key == IPC_PRIVATE) {
            id = PRIVATE_ID | (int)(arc4random() & KEY_MASK);
        } else {
            int found = find(k, id, key, flags, check, count);
            if (found >= 0 || __umk_self()->errno_value != ENOENT || !(flags & IPC_CREAT))
                return found;
        }
        if (size == 0)
            return (int)__umk_fail(EINVAL);
        made = make(k, id, key, flags, size, begin, count);
        /* somebody else has made it meanwhile: it is found the next time */
        if (made >= 0 || __umk_self()->errno_value != EEXIST)
            return made;
    }
    return made;
}

/* The list's lock is held. */
static struct sysv_entry *known(const struct sysv_kind *k, int id)
{
    struct sysv_entry *e = k->entries;

    while (e && (e->id != id || __atomic_load_n(&e->object->s.removed, __ATOMIC_RELAXED)))
        e = e->next;
    return e;
}

static struct sysv_entry *join(struct sysv_kind *k, int id)
{
    struct sysv_entry *e = malloc(sizeof *e);
    char name[NAME_SIZE];

    if (!e)
        return NULL;
    name_of(k, id, name);
    *e = (struct sysv_entry){.next = k->entries, .object = __umk_ipc_join(name), .id = id};
    if (!e->object) {
        free(e);
        if (__umk_self()->errno_value == ENOENT)
            __umk_fail(EINVAL);
        return NULL;
    }
    k->entries = e;
    return e;
}

struct sysv_entry *__umk_sysv_take(struct sysv_kind *k, int id)
{
    if (id < 0) {
        __umk_fail(EINVAL);
        return NULL;
    }
    __umk_lock(&k->lock);
    struct sysv_entry *e = known(k, id);
    if (!e)
        e = join(k, id);
    if (e)
        e->users++;
    __umk_unlock(&k->lock);
    if (!e)
        return NULL;
    __umk_ipc_lock(&e->object->s);
    if (!e->object->s.removed)
        return e;
    __umk_sysv_put(k, e);
    __umk_fail(EINVAL);
    return NULL;
}

void __umk_sysv_put(struct sysv_kind *k, struct sysv_entry *e)
{
    bool removed = e->object->s.removed;

    __umk_ipc_unlock(&e->object->s);
    __umk_lock(&k->lock);
    if (--e->users == 0 && removed) {
        struct sysv_entry **at = &k->entries;
        while (*at != e)
            at = &(*at)->next;
        *at = e->next;
        __umk_ipc_unmap(&e->object->s);
        free(e);
    }
    __umk_unlock(&k->lock);
}

void __umk_sysv_each(struct sysv_kind *k, void (*fn)(struct sysv_object *))
{
    if (!__umk_trylock(&k->lock))
        return;
    for (struct sysv_entry *e = k->entries; e; e = e->next) {
        if (!__umk_ipc_trylock(&e->object->s))
            continue;
        fn(e->object);
        __umk_ipc_unlock(&e->object->s);
    }
    __umk_unlock(&k->lock);
}

bool __umk_sysv_may_change(const struct ipc_perm *p)
{
    uid_t self = geteuid();

    return self == 0 || self == p->uid || self == p->cuid;
}

int __umk_sysv_remove(struct sysv_kind *k, struct sysv_entry *e)
{
    char name[NAME_SIZE];

    if (!__umk_sysv_may_change(&e->object->perm))
        return EPERM;
    name_of(k, e->id, name);
    if (shm_unlink(name) < 0)
        return __umk_self()->errno_value;
    __atomic_store_n(&e->object->s.removed, 1, __ATOMIC_RELAXED);
    __umk_ipc_change(&e->object->s);
    return 0;
}

void __umk_sysv_set(struct ipc_perm *to, const struct ipc_perm *from)
{
    to->uid = from->uid;
    to->gid = from->gid;
    to->mode = from->mode & 0777;
}
