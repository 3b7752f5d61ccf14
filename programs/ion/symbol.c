/* Names, see symbol.h: a hash table that doubles. */
#include "symbol.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

static struct {
    struct symbol **slots;
    size_t size; /* a power of two */
    size_t count;
} table;

static unsigned hash_of(const char *name, size_t len)
{
    unsigned h = 2166136261u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)name[i]) * 16777619u;
    return h;
}

static void grow(void)
{
    size_t size = table.size ? table.size * 2 : 256;
    struct symbol **slots = mem_zero(size * sizeof(struct symbol *));
    for (size_t i = 0; i < table.size; i++) {
        while (table.slots[i]) {
            struct symbol *s = table.slots[i];
            table.slots[i] = s->chain;
            s->chain = slots[s->hash & (size - 1)];
            slots[s->hash & (size - 1)] = s;
        }
    }
    free(table.slots);
    table.slots = slots;
    table.size = size;
}

static struct symbol *look_up(const char *name, size_t len, unsigned hash)
{
    if (table.size == 0)
        return NULL;
    struct symbol *s = table.slots[hash & (table.size - 1)];
    while (s && (s->hash != hash || strncmp(s->name, name, len) != 0 || s->name[len] != '\0'))
        s = s->chain;
    return s;
}

struct symbol *symbol_of(const char *name, size_t len)
{
    unsigned hash = hash_of(name, len);
    struct symbol *s = look_up(name, len, hash);
    if (s)
        return s;
    if (table.count >= table.size)
        grow();
    s = mem_zero(sizeof *s + len + 1);
    memcpy(s->name, name, len);
    s->hash = hash;
    s->chain = table.slots[hash & (table.size - 1)];
    table.slots[hash & (table.size - 1)] = s;
    table.count++;
    return s;
}

struct symbol *symbol_find(const char *name)
{
    size_t len = strlen(name);
    return look_up(name, len, hash_of(name, len));
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(struct symbol *const *)a)->name, (*(struct symbol *const *)b)->name);
}

void symbol_each(void (*fn)(struct symbol *s, void *arg), void *arg)
{
    struct symbol **all = mem_alloc(table.count * sizeof(struct symbol *));
    size_t count = 0;
    for (size_t i = 0; i < table.size; i++) {
        for (struct symbol *s = table.slots[i]; s; s = s->chain)
            all[count++] = s;
    }
    if (count)
        qsort(all, count, sizeof(struct symbol *), by_name);
    for (size_t i = 0; i < count; i++)
        fn(all[i], arg);
    free(all);
}
