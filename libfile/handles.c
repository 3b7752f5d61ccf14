/* The table of open files; see handles.h. */
#include "libfile/handles.h"

#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

/* By id, from 1 on. */
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
    *id = i + 1;
    return &table[i];
}

struct handle *handle_get(struct tree *t, u64 id)
{
    static struct handle root;

    if (id == TREE_ROOT_ID) {
        root = (struct handle){.entry = t->root_entry,
                               .node = t->root,
                               .type = MODE_DIR,
                               .opener = {UINT32_MAX, UINT32_MAX}}; /* nobody: owns nothing */
        return &root;
    }
    if (id > count || (!table[id - 1].entry && !table[id - 1].outside))
        return NULL;
    return &table[id - 1];
}

void handle_free(u64 id)
{
    free(table[id - 1].outside);
    table[id - 1] = (struct handle){.next_free = first_free};
    first_free = (u32)(id - 1);
}
