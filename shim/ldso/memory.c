/*
 * The loader's memory, and its lock. What is given back serves again for the same length, but only
 * while the program has one thread: others, which look symbols up without a lock, may still stand
 * on the record of a library that has gone.
 */
#include <string.h>
#include "shim/ldso/dso.h"
#include "shim/src/internal/lock.h"

#define CHUNK 65536u

#define REUSED_MAX 4096u
#define UNIT 16u

struct reusable {
    struct reusable *next;
};
static struct reusable *reusable[REUSED_MAX / UNIT + 1];

static char *chunk;
static size_t chunk_left;

static u32 lock, depth;
static const struct umk_thread *holder;

void *__umk_dl_alloc(size_t len)
{
    void *p;

    if (len > SIZE_MAX - CHUNK)
        return NULL;
    len = (len + UNIT - 1) & ~(size_t)(UNIT - 1);
    if (len <= REUSED_MAX && reusable[len / UNIT]) {
        struct reusable *r = reusable[len / UNIT];

        reusable[len / UNIT] = r->next;
        return memset(r, 0, len);
    }
    if (len > chunk_left) {
        size_t size = len > CHUNK ? (len + PAGE_MASK) & ~(size_t)PAGE_MASK : CHUNK;
        size_t r =
            redox_mmap_v1(NULL, size, RX_PROT_READ | RX_PROT_WRITE, RX_MAP_PRIVATE, RX_ANON_FD, 0);

        if (RX_IS_ERR(r))
            return NULL;
        chunk = (char *)r;
        chunk_left = size;
    }
    p = chunk;
    chunk += len;
    chunk_left -= len;
    return p;
}

void __umk_dl_free(const void *p, size_t len)
{
    struct reusable *r = (struct reusable *)(uintptr_t)p;

    len = (len + UNIT - 1) & ~(size_t)(UNIT - 1);
    if (!p || len == 0 || len > REUSED_MAX || __umk_threaded)
        return;
    r->next = reusable[len / UNIT];
    reusable[len / UNIT] = r;
}

const char *__umk_dl_strdup(const char *s, size_t len)
{
    char *copy = __umk_dl_alloc(len + 1);

    if (copy)
        memcpy(copy, s, len);
    return copy;
}

void __umk_dl_lock(void)
{
    const struct umk_thread *self = __umk_self();

    if (__atomic_load_n(&holder, __ATOMIC_RELAXED) != self) {
        __umk_lock(&lock);
        __atomic_store_n(&holder, self, __ATOMIC_RELAXED);
    }
    depth++;
}

void __umk_dl_unlock(void)
{
    if (--depth > 0)
        return;
    __atomic_store_n(&holder, NULL, __ATOMIC_RELAXED);
    __umk_unlock(&lock);
}

void __umk_dl_fork(int what)
{
    if (what == 0)
        __umk_dl_lock();
    else
        __umk_dl_unlock();
}
