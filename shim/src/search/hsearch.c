/* hsearch: one hash table for the whole program, with open addressing, that grows. */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/thread.h"

static struct {
    ENTRY *slots; /* a free slot has no key */
    size_t size;  /* a power of two */
    size_t used;
} table;

static size_t hash(const char *key)
{
    u64 h = 0xcbf29ce484222325u;

    for (; *key; key++)
        h = (h ^ (u8)*key) * 0x100000001b3u;
    return h ^ h >> 29;
}

static ENTRY *find(const char *key)
{
    size_t i = hash(key) & (table.size - 1);

    while (table.slots[i].key && strcmp(table.slots[i].key, key) != 0)
        i = (i + 1) & (table.size - 1);
    return &table.slots[i];
}

static int resize(size_t size)
{
    ENTRY *old = table.slots;
    size_t old_size = table.size;
    ENTRY *slots = calloc(size, sizeof *slots);

    if (!slots)
        return 0;
    table.slots = slots;
    table.size = size;
    for (size_t i = 0; i < old_size; i++)
        if (old[i].key)
            *find(old[i].key) = old[i];
    free(old);
    return 1;
}

int hcreate(size_t n)
{
    size_t size = 16;

    while (size < n + n / 2 && size < SIZE_MAX / 64)
        size *= 2;
    hdestroy();
    return resize(size);
}

void hdestroy(void)
{
    free(table.slots);
    table.slots = NULL;
    table.size = table.used = 0;
}

ENTRY *hsearch(ENTRY item, ACTION action)
{
    if (!table.slots) {
        errno = EINVAL;
        return NULL;
    }
    ENTRY *e = find(item.key);
    if (e->key)
        return e;
    if (action == FIND) {
        errno = ESRCH;
        return NULL;
    }
    if (table.used + 1 > table.size / 4 * 3) {
        if (!resize(table.size * 2)) {
            errno = ENOMEM;
            return NULL;
        }
        e = find(item.key);
    }
    *e = item;
    table.used++;
    return e;
}
