/* Memory of one size, in large pieces: of the largest records, and of metadata blocks.
 *
 * An arena is one piece of memory, cut into slots. Those of records are so large that a machine
 * with large pages can use them: else a cache pays a page fault for each page of each record. Those
 * of blocks are smaller; malloc would take more than twice a block's size to align it. An arena of
 * which no slot was in use for a while goes (pool_age): a large file that is written anew finds the
 * memory of the old one, which need not be cleared.
 *
 * Every other size is malloc's, and all of it where there is no pool: memory checkers see its
 * ends. */
#include "redoxfs/internal.h"

#include <stdlib.h>

#define LARGE_PAGE ((size_t)2 << 20)

struct arena;

struct slot {
    struct slot *before, *after; /* of those that are not in use */
    struct arena *arena;
};

struct arena {
    struct pool *pool;
    struct arena *next;
    uint8_t *memory;
    uint32_t used; /* slots */
    bool aged;     /* none has been since the last pool_age */
    struct slot slot[];
};

struct pool {
    size_t size;    /* of a slot */
    uint32_t slots; /* of an arena */
    struct arena *arenas;
    uint64_t bytes;  /* in them */
    uint64_t used;   /* bytes of slots in use */
    uint32_t vacant; /* arenas without one */
    struct slot *empty;
};

void *block_alloc(size_t size)
{
    return aligned_alloc(RFS_BLOCK, size);
}

struct pool *pool_make(size_t size, uint32_t slots)
{
    struct pool *p = calloc(1, sizeof(struct pool));

    if (p) {
        p->size = size;
        p->slots = slots;
    }
    return p;
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
    struct arena *a = calloc(1, sizeof(*a) + p->slots * sizeof(struct slot));
    size_t bytes = p->size * p->slots;
    uint8_t *memory = aligned_alloc(bytes < LARGE_PAGE ? RFS_BLOCK : LARGE_PAGE, bytes);

    if (!a || !memory) {
        free(a);
        free(memory);
        return false;
    }
    a->pool = p;
    a->memory = memory;
    a->next = p->arenas;
    p->bytes += bytes;
    p->vacant++;
    p->arenas = a;
    for (uint32_t i = p->slots; i-- > 0;) {
        a->slot[i].arena = a;
        put_in(p, &a->slot[i]);
    }
    return p->empty != NULL;
}

uint8_t *pool_take(struct pool *p, struct slot **home)
{
    struct slot *s;

    if (!p->empty && !add_arena(p))
        return NULL;
    s = p->empty;
    take_out(p, s);
    if (!s->arena->used++)
        p->vacant--;
    p->used += p->size;
    s->arena->aged = false;
    *home = s;
    return s->arena->memory + (size_t)(s - s->arena->slot) * p->size;
}

void pool_give(struct slot *s)
{
    struct pool *p = s->arena->pool;

    put_in(p, s);
    p->used -= p->size;
    if (!--s->arena->used)
        p->vacant++;
}

static void drop_arena(struct pool *p, struct arena **at)
{
    struct arena *a = *at;

    for (uint32_t i = 0; i < p->slots; i++)
        take_out(p, &a->slot[i]);
    *at = a->next;
    p->bytes -= p->size * p->slots;
    p->vacant--;
    free(a->memory);
    free(a);
}

uint64_t pool_bytes(const struct pool *p)
{
    return p->bytes;
}

uint64_t pool_spare(const struct pool *p)
{
    return p->bytes - p->used;
}

bool pool_vacant(const struct pool *p)
{
    return p->vacant > 0;
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
