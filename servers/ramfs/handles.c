/* The table of open files; see handles.h. */
#include "servers/ramfs/handles.h"

#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

static struct handle *table;
static u32 count, space, first_free = NONE;

struct handle *handle_new(u64 *id)
{
    u32 i = first_free;
    if (i != NONE) {
        first_free = table[i].next_free;
    } else {
        if (count == space) {
            u32 n = space ? space * 2 : 64;
            struct handle *all = realloc(table, n * sizeof *all);
            if (!all)
                return NULL;
            table = all;
            space = n;
        }
        i = count++;
    }
    memset(&table[i], 0, sizeof table[i]);
    *id = i;
    return &table[i];
}

struct handle *handle_get(u64 id)
{
    if (id >= count || (!table[id].inode && !table[id].outside))
        return NULL;
    return &table[id];
}

void handle_free(u64 id)
{
    free(table[id].outside);
    table[id] = (struct handle){.next_free = first_free};
    first_free = (u32)id;
}
