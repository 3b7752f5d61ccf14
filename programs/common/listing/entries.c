/* What a listing shows: filled and sorted, see listing.h. */
#include "listing.h"

#include "../error.h"
#include "../io.h"
#include "../resolve.h"
#include "../version.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct listing_options listing = {.time = 'm'};

struct timespec entry_time(const struct stat *st)
{
    return listing.time == 'a' ? st->st_atim : listing.time == 'c' ? st->st_ctim : st->st_mtim;
}

static int compare_time(const struct entry *a, const struct entry *b)
{
    struct timespec x = entry_time(&a->st);
    struct timespec y = entry_time(&b->st);
    if (x.tv_sec != y.tv_sec)
        return x.tv_sec > y.tv_sec ? -1 : 1;
    if (x.tv_nsec != y.tv_nsec)
        return x.tv_nsec > y.tv_nsec ? -1 : 1;
    return 0;
}

static int compare(const void *pa, const void *pb)
{
    const struct entry *a = pa;
    const struct entry *b = pb;
    int c = 0;
    if (listing.group_dirs) {
        bool ad = S_ISDIR(a->st.st_mode) || S_ISDIR(a->target_mode);
        bool bd = S_ISDIR(b->st.st_mode) || S_ISDIR(b->target_mode);
        if (ad != bd)
            return ad ? -1 : 1;
    }
    if (listing.order == BY_SIZE && a->st.st_size != b->st.st_size)
        c = a->st.st_size > b->st.st_size ? -1 : 1;
    else if (listing.order == BY_TIME)
        c = compare_time(a, b);
    else if (listing.order == BY_VERSION)
        c = version_compare(a->name, strlen(a->name), b->name, strlen(b->name));
    else if (listing.order == BY_EXTENSION) {
        const char *x = strrchr(a->name, '.');
        const char *y = strrchr(b->name, '.');
        c = strcmp(x ? x : "", y ? y : "");
    }
    if (c == 0)
        c = strcmp(a->name, b->name);
    return listing.reverse ? -c : c;
}

void list_sort(struct list *l)
{
    if (listing.order != UNSORTED && l->count)
        qsort(l->items, l->count, sizeof *l->items, compare);
}

void list_free(struct list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->items[i].name);
        free(l->items[i].link);
    }
    free(l->items);
}

static bool needs_stat(void)
{
    return listing.format == LONG || listing.order == BY_SIZE || listing.order == BY_TIME ||
           listing.inode || listing.blocks || listing.classify || listing.slash || listing.color ||
           listing.recursive || listing.group_dirs;
}

/* Adds one name; `path` is where to look it up. False when it is not there. */
bool list_add(struct list *l, const char *name, const char *path, bool operand)
{
    struct entry e = {0};
    if (operand || needs_stat()) {
        bool follow = listing.follow || (operand && listing.format != LONG && !listing.directory &&
                                         !listing.classify);
        int r = follow ? stat(path, &e.st) : lstat(path, &e.st);
        if (r < 0 && follow && (operand || !listing.follow))
            r = lstat(path, &e.st);
        if (r < 0) {
            warn_errno("cannot access '%s'", path);
            if (operand || listing.status == 0)
                listing.status = operand ? 2 : 1;
            if (operand)
                return false;
        }
        e.has_stat = r == 0;
        e.unknown_type = r < 0 && lstat(path, &e.st) == 0 && S_ISLNK(e.st.st_mode) ? 'l' : '?';
        if (r < 0)
            memset(&e.st, 0, sizeof e.st);
        if (r == 0 && S_ISLNK(e.st.st_mode)) {
            struct stat target;
            e.broken = stat(path, &target) < 0;
            e.target_mode = e.broken ? 0 : target.st_mode;
            e.link = listing.format == LONG ? link_target(path) : NULL;
        }
    }
    e.name = xstrdup(name);
    l->items = xgrow(l->items, &l->cap, l->count + 1, sizeof *l->items);
    l->items[l->count++] = e;
    return true;
}
