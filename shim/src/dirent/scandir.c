/* scandir, alphasort, versionsort. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "shim/src/internal/result.h"

struct entries {
    struct dirent **list;
    size_t n, room;
};

static bool append(struct entries *e, const struct dirent *d)
{
    size_t size = offsetof(struct dirent, d_name) + strlen(d->d_name) + 1;

    if (e->n == e->room) {
        size_t room = e->room ? e->room * 2 : 32;
        struct dirent **list = realloc(e->list, room * sizeof *list);
        if (!list)
            return false;
        e->list = list;
        e->room = room;
    }
    e->list[e->n] = malloc(size);
    if (!e->list[e->n])
        return false;
    memcpy(e->list[e->n++], d, size);
    return true;
}

typedef int compare_entries(const struct dirent **, const struct dirent **);

static int compare(const void *a, const void *b, void *how)
{
    compare_entries *const *fn = how;

    return (*fn)((const struct dirent **)(uintptr_t)a, (const struct dirent **)(uintptr_t)b);
}

static int scan(DIR *d, struct dirent ***list, int (*keep)(const struct dirent *),
                compare_entries *order)
{
    struct entries e = {0};
    struct dirent *entry;
    int error = 0, saved = errno;

    if (!d)
        return -1;
    while (errno = 0, (entry = readdir(d))) {
        errno = saved;
        if (keep && !keep(entry))
            continue;
        if (!append(&e, entry)) {
            errno = ENOMEM;
            break;
        }
    }
    error = errno;
    closedir(d);
    if (error) {
        while (e.n)
            free(e.list[--e.n]);
        free(e.list);
        return (int)__umk_fail(error);
    }
    errno = saved;
    if (order && e.n)
        qsort_r(e.list, e.n, sizeof *e.list, compare, &order);
    *list = e.list;
    return (int)e.n;
}

int scandir(const char *path, struct dirent ***list, int (*keep)(const struct dirent *),
            compare_entries *order)
{
    return scan(opendir(path), list, keep, order);
}

int scandirat(int dirfd, const char *path, struct dirent ***list,
              int (*keep)(const struct dirent *), compare_entries *order)
{
    int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);

    if (fd >= 0 && !d)
        close(fd);
    return scan(d, list, keep, order);
}

int alphasort(const struct dirent **a, const struct dirent **b)
{
    return strcoll((*a)->d_name, (*b)->d_name);
}

int versionsort(const struct dirent **a, const struct dirent **b)
{
    return strverscmp((*a)->d_name, (*b)->d_name);
}
