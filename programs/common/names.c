/* The names in a directory, see names.h. */
#include "names.h"

#include "io.h"
#include "path.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool names_read(struct names *n, const char *dir)
{
    memset(n, 0, sizeof *n);
    DIR *d = opendir(dir);
    if (!d)
        return false;
    for (;;) {
        errno = 0;
        struct dirent *e = readdir(d);
        if (!e)
            break;
        if (path_is_dot(e->d_name))
            continue;
        n->items = xgrow(n->items, &n->cap, n->count + 1, sizeof *n->items);
        n->items[n->count++] = xstrdup(e->d_name);
    }
    int err = errno;
    closedir(d);
    if (err) {
        names_free(n);
        errno = err;
        return false;
    }
    if (n->count)
        qsort(n->items, n->count, sizeof *n->items, by_bytes);
    return true;
}

void names_free(struct names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->items[i]);
    free(n->items);
    memset(n, 0, sizeof *n);
}
