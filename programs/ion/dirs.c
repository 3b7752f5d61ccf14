/* The directory stack, see dirs.h. */
#include "dirs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct dirs {
    char **items; /* items[0] is the top */
    size_t count;
    size_t cap;
    size_t limit;
};

static bool names_here(const char *path)
{
    struct stat a;
    struct stat b;
    return path && path[0] == '/' && stat(path, &a) == 0 && stat(".", &b) == 0 &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

struct dirs *dirs_new(void)
{
    struct dirs *d = mem_zero(sizeof *d);
    const char *pwd = getenv("PWD");
    char *real = names_here(pwd) ? mem_dup(pwd) : getcwd(NULL, 0);
    char *path = real ? real : mem_dup("/");
    setenv("PWD", path, 1);
    dirs_insert(d, 0, path);
    free(path);
    return d;
}

size_t dirs_count(const struct dirs *d)
{
    return d->count;
}

const char *dirs_entry(const struct dirs *d, size_t at)
{
    return d->items[at];
}

/* Appends the components of `path` to out, dropping "." and resolving "..". */
static void add_components(struct buf *out, const char *path)
{
    for (;;) {
        path += strspn(path, "/");
        size_t n = strcspn(path, "/");
        if (n == 0)
            return;
        if (n == 2 && memcmp(path, "..", 2) == 0) {
            while (out->len > 0 && out->text[out->len - 1] != '/')
                out->len--;
            if (out->len > 0)
                out->len--;
        } else if (!(n == 1 && path[0] == '.')) {
            buf_putc(out, '/');
            buf_add(out, path, n);
        }
        path += n;
    }
}

char *dirs_resolve(const struct dirs *d, const char *name)
{
    struct buf path = {0};
    if (name[0] != '/')
        add_components(&path, d->items[0]);
    add_components(&path, name);
    if (path.len == 0)
        buf_putc(&path, '/');
    char *text = mem_copy(path.text, path.len);
    buf_free(&path);
    return text;
}

static int enter(const char *path)
{
    if (chdir(path) < 0)
        return -1;
    const char *old = getenv("PWD");
    if (old)
        setenv("OLDPWD", old, 1);
    setenv("PWD", path, 1);
    return 0;
}

int dirs_change(struct dirs *d, const char *name)
{
    char *path = dirs_resolve(d, name);
    if (enter(path) < 0) {
        int err = errno;
        free(path);
        errno = err;
        return -1;
    }
    free(d->items[0]);
    d->items[0] = path;
    return 0;
}

void dirs_insert(struct dirs *d, size_t at, const char *path)
{
    if (d->count == d->cap) {
        d->cap = d->cap ? d->cap * 2 : 8;
        d->items = mem_resize(d->items, d->cap * sizeof *d->items);
    }
    memmove(d->items + at + 1, d->items + at, (d->count - at) * sizeof *d->items);
    d->items[at] = mem_dup(path);
    d->count++;
    while (d->limit && d->count > d->limit)
        dirs_remove(d, d->count - 1);
}

void dirs_remove(struct dirs *d, size_t at)
{
    free(d->items[at]);
    d->count--;
    memmove(d->items + at, d->items + at + 1, (d->count - at) * sizeof *d->items);
}

int dirs_enter_top(struct dirs *d)
{
    return enter(d->items[0]);
}

void dirs_rotate(struct dirs *d, size_t by)
{
    while (by-- > 0) {
        char *top = d->items[0];
        memmove(d->items, d->items + 1, (d->count - 1) * sizeof *d->items);
        d->items[d->count - 1] = top;
    }
}

void dirs_limit(struct dirs *d, size_t limit)
{
    d->limit = limit;
    while (limit && d->count > limit)
        dirs_remove(d, d->count - 1);
}
