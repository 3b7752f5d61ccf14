/*
 * The loader's memory, and its lock. Records of files are never given back: a file that could not
 * be loaded leaves a few hundred bytes.
 */
#include <string.h>
#include "shim/ldso/dso.h"
#include "shim/src/internal/lock.h"

#define CHUNK 65536u

static char *chunk;
static size_t chunk_left;

static u32 lock, depth;
static const struct umk_thread *holder;

void *__umk_dl_alloc(size_t len)
{
    void *p;

    if (len > SIZE_MAX - CHUNK)
        return NULL;
    len = (len + 15) & ~(size_t)15;
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
