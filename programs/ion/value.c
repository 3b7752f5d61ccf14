/* Values, see value.h. */
#include "value.h"

#include <stdlib.h>
#include <string.h>

struct value value_string_take(char *text)
{
    return (struct value){.kind = VALUE_STRING, .string = text};
}

struct value value_string(const char *text)
{
    return value_string_take(mem_dup(text));
}

struct value value_array(void)
{
    return (struct value){.kind = VALUE_ARRAY};
}

struct value value_map(bool sorted)
{
    struct value v = {.kind = VALUE_MAP};
    v.map = mem_zero(sizeof *v.map);
    v.map->sorted = sorted;
    return v;
}

struct value value_function(struct unit *unit, const struct fn_def *def)
{
    struct value v = {.kind = VALUE_FUNCTION};
    v.fn.unit = unit_ref(unit);
    v.fn.def = def;
    return v;
}

struct value value_alias(const char *text)
{
    return (struct value){.kind = VALUE_ALIAS, .string = mem_dup(text)};
}

struct value value_copy(const struct value *v)
{
    struct value c = {.kind = v->kind};
    switch (v->kind) {
    case VALUE_STRING:
    case VALUE_ALIAS:
        c.string = mem_dup(v->string);
        break;
    case VALUE_ARRAY:
        for (size_t i = 0; i < v->array.count; i++)
            array_add(&c, v->array.items[i]);
        break;
    case VALUE_MAP:
        c = value_map(v->map->sorted);
        for (size_t i = 0; i < v->map->count; i++)
            map_set(c.map, v->map->entries[i].key, value_copy(v->map->entries[i].value));
        break;
    case VALUE_FUNCTION:
        c = value_function(v->fn.unit, v->fn.def);
        break;
    }
    return c;
}

static void map_free(struct map *m)
{
    for (size_t i = 0; i < m->count; i++) {
        free(m->entries[i].key);
        value_free(m->entries[i].value);
        free(m->entries[i].value);
    }
    free(m->entries);
    free(m->index);
    free(m);
}

void value_free(struct value *v)
{
    switch (v->kind) {
    case VALUE_STRING:
    case VALUE_ALIAS:
        free(v->string);
        break;
    case VALUE_ARRAY:
        for (size_t i = 0; i < v->array.count; i++)
            free(v->array.items[i]);
        free(v->array.items);
        break;
    case VALUE_MAP:
        map_free(v->map);
        break;
    case VALUE_FUNCTION:
        unit_drop(v->fn.unit);
        break;
    }
    memset(v, 0, sizeof *v);
}

void array_insert(struct value *v, size_t at, const char *item)
{
    if (v->array.count == v->array.cap) {
        v->array.cap = v->array.cap ? v->array.cap * 2 : 4;
        v->array.items = mem_resize(v->array.items, v->array.cap * sizeof *v->array.items);
    }
    memmove(v->array.items + at + 1, v->array.items + at,
            (v->array.count - at) * sizeof *v->array.items);
    v->array.items[at] = mem_dup(item);
    v->array.count++;
}

void array_add(struct value *v, const char *item)
{
    array_insert(v, v->array.count, item);
}

void array_remove(struct value *v, size_t at)
{
    free(v->array.items[at]);
    v->array.count--;
    memmove(v->array.items + at, v->array.items + at + 1,
            (v->array.count - at) * sizeof *v->array.items);
}

/* --- maps --- */

static size_t key_hash(const char *key)
{
    size_t h = 14695981039346656037u;
    for (; *key; key++)
        h = (h ^ (unsigned char)*key) * 1099511628211u;
    return h;
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t *slot_of(const struct map *m, const char *key)
{
    size_t i = key_hash(key) & (m->index_size - 1);
    while (m->index[i] && strcmp(m->entries[m->index[i] - 1].key, key) != 0)
        i = (i + 1) & (m->index_size - 1);
    return &m->index[i];
}

static void grow_index(struct map *m)
{
    if (m->count * 2 < m->index_size)
        return;
    free(m->index);
    m->index_size = m->index_size ? m->index_size * 2 : 16;
    m->index = mem_zero(m->index_size * sizeof *m->index);
    for (size_t i = 0; i < m->count; i++)
        *slot_of(m, m->entries[i].key) = i + 1;
}

/* In a sorted map: the first entry whose key is not less. */
static size_t lower_bound(const struct map *m, const char *key)
{
    size_t low = 0;
    size_t high = m->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(m->entries[mid].key, key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct value *map_get(const struct map *m, const char *key)
{
    if (m->sorted) {
        size_t at = lower_bound(m, key);
        bool found = at < m->count && strcmp(m->entries[at].key, key) == 0;
        return found ? m->entries[at].value : NULL;
    }
    if (m->count == 0)
        return NULL;
    size_t slot = *slot_of(m, key);
    return slot ? m->entries[slot - 1].value : NULL;
}

void map_set(struct map *m, const char *key, struct value v)
{
    struct value *old = map_get(m, key);
    if (old) {
        value_free(old);
        *old = v;
        return;
    }
    if (m->count == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 8;
        m->entries = mem_resize(m->entries, m->cap * sizeof *m->entries);
    }
    size_t at = m->sorted ? lower_bound(m, key) : m->count;
    memmove(m->entries + at + 1, m->entries + at, (m->count - at) * sizeof *m->entries);
    m->entries[at].key = mem_dup(key);
    m->entries[at].value = mem_alloc(sizeof v);
    *m->entries[at].value = v;
    m->count++;
    if (!m->sorted) {
        grow_index(m);
        *slot_of(m, key) = m->count;
    }
}

void value_list(struct arena *a, const struct value *v, struct args *out)
{
    switch (v->kind) {
    case VALUE_ARRAY:
        for (size_t i = 0; i < v->array.count; i++)
            args_add(a, out, arena_dup(a, v->array.items[i]));
        break;
    case VALUE_MAP:
        for (size_t i = 0; i < v->map->count; i++) {
            args_add(a, out, arena_dup(a, v->map->entries[i].key));
            value_list(a, v->map->entries[i].value, out);
        }
        break;
    case VALUE_STRING:
    case VALUE_ALIAS:
        args_add(a, out, arena_dup(a, v->string));
        break;
    case VALUE_FUNCTION:
        break;
    }
}

const char *value_kind_name(enum value_kind kind)
{
    static const char *const names[] = {"string", "array", "map", "function", "alias"};
    return names[kind];
}
