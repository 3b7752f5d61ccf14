/*
 * Where libraries are looked for: in DT_RUNPATH (or DT_RPATH) of the file that needs one, with
 * $ORIGIN as the folder of that file; in LD_LIBRARY_PATH; in /lib and /usr/lib.
 */
#include <errno.h>
#include <string.h>
#include "shim/ldso/dso.h"

#define PATH_LEN 1024u

static const char system_path[] = "/lib:/usr/lib";
static const char *environment_path;

struct path {
    char text[PATH_LEN];
    size_t len;
    bool too_long;
};

void __umk_dso_set_search_path(const char *list)
{
    environment_path = list;
}

static void add(struct path *p, const char *s, size_t len)
{
    if (len >= PATH_LEN - p->len) {
        p->too_long = true;
        return;
    }
    memcpy(p->text + p->len, s, len);
    p->len += len;
    p->text[p->len] = '\0';
}

/* The folder that a file is in. */
static void add_origin(struct path *p, const char *file)
{
    const char *slash = strrchr(file, '/');

    if (slash)
        add(p, file, slash == file ? 1 : (size_t)(slash - file));
    else
        add(p, ".", 1);
}

static void add_folder(struct path *p, const char *s, size_t len, const struct dso *d)
{
    static const char *const names[] = {"$ORIGIN", "${ORIGIN}"};

    for (size_t i = 0; d && i < sizeof names / sizeof names[0]; i++) {
        size_t n = strlen(names[i]);

        if (len >= n && memcmp(s, names[i], n) == 0) {
            add_origin(p, d->path);
            add(p, s + n, len - n);
            return;
        }
    }
    add(p, len ? s : ".", len ? len : 1);
}

static i64 open_path(const struct path *p, const char **path)
{
    i64 fd;

    if (p->too_long)
        return -ENAMETOOLONG;
    fd = rx_openat(RX_AT_FDCWD, p->text, p->len, RX_O_RDONLY | RX_O_CLOEXEC, 0);
    if (fd < 0)
        return fd;
    *path = __umk_dl_strdup(p->text, p->len);
    if (*path)
        return fd;
    redox_close_v1((u64)fd);
    return -ENOMEM;
}

/* Tries the folders of a list with ":" between them. */
static i64 open_in(const char *list, const struct dso *d, const char *name, const char **path)
{
    while (list) {
        size_t len = strcspn(list, ":");
        struct path p = {.len = 0};
        i64 fd;

        add_folder(&p, list, len, d);
        add(&p, "/", 1);
        add(&p, name, strlen(name));
        fd = open_path(&p, path);
        if (fd >= 0)
            return fd;
        list = list[len] ? list + len + 1 : NULL;
    }
    return -ENOENT;
}

i64 __umk_dso_open(const struct dso *d, const char *name, const char **path)
{
    struct path plain = {.len = 0};
    i64 fd;

    if (strchr(name, '/')) {
        add(&plain, name, strlen(name));
        return open_path(&plain, path);
    }
    fd = open_in(d ? d->tables.runpath : NULL, d, name, path);
    if (fd < 0)
        fd = open_in(environment_path, NULL, name, path);
    return fd < 0 ? open_in(system_path, NULL, name, path) : fd;
}
