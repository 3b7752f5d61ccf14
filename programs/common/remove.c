/* Removing files and trees, see remove.h. Symbolic links are removed, never followed. */
#include "remove.h"

#include "copy.h"
#include "error.h"
#include "io.h"
#include "names.h"
#include "path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *kind(const struct stat *st)
{
    if (S_ISREG(st->st_mode))
        return st->st_size ? "regular file" : "regular empty file";
    if (S_ISDIR(st->st_mode))
        return "directory";
    if (S_ISLNK(st->st_mode))
        return "symbolic link";
    return "special file";
}

/* A write-protected file is asked about when a person is there to answer. */
static bool allowed(const char *path, const struct stat *st, const struct remove_options *o)
{
    if (o->force && !o->interactive)
        return true;
    bool is_protected = !S_ISLNK(st->st_mode) && access(path, W_OK) < 0 && errno != EROFS;
    if (!o->interactive && !(is_protected && isatty(STDIN_FILENO)))
        return true;
    return ask("remove %s%s '%s'? ", is_protected ? "write-protected " : "", kind(st), path);
}

static bool remove_directory(const char *path, const struct stat *st,
                             const struct remove_options *o)
{
    if (!o->recursive && !o->empty_dirs) {
        warn_text("cannot remove '%s': Is a directory", path);
        return false;
    }
    bool ok = true;
    struct names names = {0};
    if (o->recursive && !o->interactive && rmdir(path) == 0) {
        if (o->verbose)
            printf("removed directory '%s'\n", path);
        return true;
    }
    if (o->recursive && !names_read(&names, path)) {
        warn_errno("cannot remove '%s'", path);
        return false;
    }
    if (names.count && o->interactive && !ask("descend into directory '%s'? ", path)) {
        names_free(&names);
        return true;
    }
    for (size_t i = 0; i < names.count; i++) {
        char *child = path_join(path, names.items[i]);
        ok &= remove_path(child, o);
        free(child);
    }
    names_free(&names);
    if (!ok || !allowed(path, st, o))
        return ok;
    if (rmdir(path) < 0) {
        warn_errno("cannot remove '%s'", path);
        return false;
    }
    if (o->verbose)
        printf("removed directory '%s'\n", path);
    return true;
}

bool remove_path(const char *path, const struct remove_options *o)
{
    struct stat st;
    if (lstat(path, &st) < 0) {
        if (o->force && (errno == ENOENT || errno == ENOTDIR))
            return true;
        warn_errno("cannot remove '%s'", path);
        return false;
    }
    if (S_ISDIR(st.st_mode))
        return remove_directory(path, &st, o);
    if (!allowed(path, &st, o))
        return true;
    if (unlink(path) < 0) {
        warn_errno("cannot remove '%s'", path);
        return false;
    }
    if (o->verbose)
        printf("removed '%s'\n", path);
    return true;
}
