/* Lists of wildcard patterns, see globs.h. */
#include "globs.h"

#include "io.h"

#include <fnmatch.h>
#include <string.h>

void globs_add(struct globs *g, const char *pattern)
{
    g->items = xgrow(g->items, &g->cap, g->count + 1, sizeof *g->items);
    g->items[g->count++] = pattern;
}

static bool fits(const char *pattern, const char *name)
{
    for (;;) {
        if (fnmatch(pattern, name, 0) == 0)
            return true;
        name = strchr(name, '/');
        if (!name)
            return false;
        name += strspn(name, "/");
    }
}

bool globs_match(const struct globs *g, const char *name)
{
    for (size_t i = 0; i < g->count; i++) {
        if (fits(g->items[i], name))
            return true;
    }
    return false;
}
