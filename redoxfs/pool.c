/* Memory of the largest records, in large pieces.
 *
 * An arena is one piece of memory, so large that a machine with large pages can use them: else a
 * cache pays a page fault for each page of each record. It is cut into slots of the size of the
 * largest record. An arena of which no slot was in use for a while goes (pool_age): a large file
 * that is written anew finds the memory of the old one, which need not be cleared.
 *
 * Everything smaller is malloc's, and all of it where there is no pool: memory checkers see its
 * ends. */
#include "redoxfs/internal.h"

#include <stdlib.h>

#define ARENA_SLOTS 128u
#define ARENA_BYTES ((size_t)ARENA_SLOTS * RECORD_MAX) /* 16 MiB */
#define ARENA_ALIGN ((size_t)2 << 20)

struct arena;

struct slot {
    struct slot *before, *after; /* of those that are not in use */
    struct arena *arena;
};

struct arena {
    struct arena *next;
    uint8_t *memory;
    uint32_t used; /* slots */
    bool aged;     /* none has been since the last pool_age */
    struct slot slot[ARENA_SLOTS];
};

struct pool {
    struct arena *arenas;
    uint64_t bytes; /* in them */
    struct slot *empty;
};

void *block_alloc(size_t size)
{
    return aligned_alloc(RFS_BLOCK, size);
}

struct pool *pool_make(void)
{
    return calloc(1, sizeof(struct pool));
}

void pool_free(struct pool *p)
{
    struct arena *next;

    for (struct arena *a = p ? p->arenas : NULL; a; a = next) {
        next = a->next;
        free(a->memory);
        free(a);
    }
    free(p);
}

static void put_in(struct pool *p, struct slot *s)
{
    s->before = NULL;
    s->after = p->empty;
    if (p->empty)
        p->empty->before = s;
    p->empty = s;
}

static void take_out(struct pool *p, struct slot *s)
{
    if (s->before)
        s->before->after = s->after;
    else
        p->empty = s->after;
    if (s->after)
        s->after->before = s->before;
}

static bool add_arena(struct pool *p)
{
    struct arena *a = calloc(1, sizeof(*a));
    uint8_t *memory = aligned_alloc(ARENA_ALIGN, ARENA_BYTES);

    if (!a || !memory) {
        free(a);
        free(memory);
        return false;
    }
    a->memory = memory;
    a->next = p->arenas;
    p->bytes += ARENA_BYTES;
    p->arenas = a;
    for (uint32_t i = ARENA_SLOTS; i-- > 0;) {
        a->slot[i].arena = a;
        put_in(p, &a->slot[i]);
    }
    return true;
}

uint8_t *pool_take(struct pool *p, struct slot **home)
{
    struct slot *s;

    if (!p->empty && !add_arena(p))
        return NULL;
    s = p->empty;
    take_out(p, s);
    s->arena->used++;
    s->arena->aged = false;
    *home = s;
    return s->arena->memory + (size_t)(s - s->arena->slot) * RECORD_MAX;
}

void pool_give(struct pool *p, struct slot *s)
{
    put_in(p, s);
    s->arena->used--;
}

static void drop_arena(struct pool *p, struct arena **at)
{
    struct arena *a = *at;

    for (uint32_t i = 0; i < ARENA_SLOTS; i++)
        take_out(p, &a->slot[i]);
    *at = a->next;
    p->bytes -= ARENA_BYTES;
    free(a->memory);
    free(a);
}

uint64_t pool_bytes(const struct pool *p)
{
    return p->bytes;
}

bool pool_age(struct pool *p, bool now)
{
    bool any = false;

    for (struct arena **at = &p->arenas; *at;) {
        struct arena *a = *at;

        if (!a->used && (a->aged || now)) {
            drop_arena(p, at);
            continue;
        }
        a->aged = !a->used;
        any |= a->aged;
        at = &a->next;
    }
    return any;
}
