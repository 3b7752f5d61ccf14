/* A block of directory entries: packed, in no order that matters, its counters at the end. */
#include "redoxfs/internal.h"

#include "redoxfs/seahash.h"

#include <errno.h>
#include <stdlib.h>

#define ENTRIES_MAX (DIRLIST_BYTES / (ENTRY_HEAD + 1) + 1)

static uint32_t used(const uint8_t *list)
{
    return get16(list + DIRLIST_USED);
}

static void set_counters(uint8_t *list, uint32_t count, uint32_t bytes)
{
    put16(list + DIRLIST_COUNT, (uint16_t)count);
    put16(list + DIRLIST_USED, (uint16_t)bytes);
}

bool dirlist_valid(const uint8_t *list)
{
    uint32_t at = 0, count = 0, end = used(list);

    if (end > DIRLIST_BYTES)
        return false;
    while (at < end) {
        uint32_t len;

        if (end - at <= ENTRY_HEAD)
            return false;
        len = list[at + 4];
        if (!len || len > RFS_NAME_MAX || end - at - ENTRY_HEAD < len)
            return false;
        at += ENTRY_HEAD + len;
        count++;
    }
    return count == get16(list + DIRLIST_COUNT);
}

bool dirlist_next(const uint8_t *list, uint32_t *at, struct entry_ref *out, bool hashed)
{
    const uint8_t *e = list + *at;

    if (*at >= used(list))
        return false;
    *out = (struct entry_ref){
        .at = *at, .id = get32(e), .len = e[4], .name = (const char *)e + ENTRY_HEAD};
    if (hashed)
        out->hash = name_hash(out->name, out->len);
    *at += ENTRY_HEAD + out->len;
    return true;
}

/* Names in one directory often begin alike: their ends are looked at first. */
static bool same_name(const uint8_t *e, const char *name, size_t len)
{
    const uint8_t *there = e + ENTRY_HEAD;

    if (e[4] != len || there[len - 1] != (uint8_t)name[len - 1])
        return false;
    if (len >= 4 && get32(there + len - 4) != get32((const uint8_t *)name + len - 4))
        return false;
    return !memcmp(there, name, len);
}

bool dirlist_find(const uint8_t *list, const char *name, size_t len, uint32_t *at)
{
    uint32_t end = used(list);

    for (uint32_t i = 0; len && i < end; i += ENTRY_HEAD + list[i + 4]) {
        if (same_name(list + i, name, len)) {
            *at = i;
            return true;
        }
    }
    return false;
}

bool dirlist_append(uint8_t *list, uint32_t id, const char *name, size_t len)
{
    uint32_t at = used(list);

    if (at + ENTRY_HEAD + len > DIRLIST_BYTES)
        return false;
    put32(list + at, id);
    list[at + 4] = (uint8_t)len;
    memcpy(list + at + ENTRY_HEAD, name, len);
    set_counters(list, get16(list + DIRLIST_COUNT) + 1u, at + ENTRY_HEAD + (uint32_t)len);
    return true;
}

void dirlist_cut(uint8_t *list, uint32_t at)
{
    uint32_t len = ENTRY_HEAD + list[at + 4], end = used(list);

    memmove(list + at, list + at + len, end - at - len);
    set_counters(list, get16(list + DIRLIST_COUNT) - 1u, end - len);
}

uint32_t dirlist_max_hash(const uint8_t *list)
{
    uint32_t at = 0, max = 0;
    struct entry_ref e;
    bool any = false;

    for (; dirlist_next(list, &at, &e, true); any = true)
        if (e.hash > max)
            max = e.hash;
    return any ? max : NO_HASH;
}

static int by_hash(const void *a, const void *b)
{
    const struct entry_ref *x = a, *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* Where to split n entries: by half of their number, as upstream does, not between equal hashes,
 * unless a half would not fit into a block; then as near to that as fits. */
static unsigned split_position(const struct entry_ref *e, unsigned n)
{
    unsigned half = n / 2, first = half, end = half, wanted, best = 0, best_cost = UINT32_MAX;
    uint32_t hash = e[half].hash, total = 0, bytes = 0;

    while (first > 0 && e[first - 1].hash == hash)
        first--;
    while (end < n && e[end].hash == hash)
        end++;
    wanted = half - first < end - half ? first : end;
    if (wanted == 0)
        wanted = 1;
    for (unsigned i = 0; i < n; i++)
        total += ENTRY_HEAD + e[i].len;
    for (unsigned i = 1; i < n; i++) {
        unsigned cost = (i > wanted ? i - wanted : wanted - i) * 2;

        bytes += ENTRY_HEAD + e[i - 1].len;
        if (bytes > DIRLIST_BYTES || total - bytes > DIRLIST_BYTES)
            continue;
        if (i != wanted && e[i - 1].hash == e[i].hash)
            cost += 2 * n;
        if (cost < best_cost) {
            best = i;
            best_cost = cost;
        }
    }
    return best;
}

int dirlist_split(uint8_t *list, uint8_t *other, uint32_t id, const char *name, size_t len)
{
    struct entry_ref *e = malloc((ENTRIES_MAX + 1) * sizeof(*e));
    uint8_t *old = malloc(RFS_BLOCK);
    uint32_t at = 0;
    unsigned n = 0, position;
    int err = 0;

    if (!e || !old) {
        err = -ENOMEM;
        goto out;
    }
    memcpy(old, list, RFS_BLOCK);
    while (n < ENTRIES_MAX && dirlist_next(old, &at, &e[n], true))
        n++;
    e[n++] = (struct entry_ref){.at = UINT32_MAX,
                                .id = id,
                                .hash = name_hash(name, len),
                                .len = (uint8_t)len,
                                .name = name};
    qsort(e, n, sizeof(*e), by_hash);
    position = split_position(e, n);
    memset(list, 0, RFS_BLOCK);
    memset(other, 0, RFS_BLOCK);
    for (unsigned i = 0; i < n; i++)
        dirlist_append(i < position ? list : other, e[i].id, e[i].name, e[i].len);
out:
    free(e);
    free(old);
    return err;
}
