/* Copying files and trees, see copy.h. A tree is read depth first; at most one directory's names
 * are held per level. */
#include "copy.h"

#include "error.h"
#include "io.h"
#include "names.h"
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a walk carries down. */
struct walk {
    const struct copy_options *o;
    dev_t root_dev;
    /* The top target directory: met again inside its own source, it must not be descended into. */
    bool has_top;
    dev_t top_dev;
    ino_t top_ino;
};

static bool copy_node(struct walk *w, const char *from, const char *to, bool operand);

bool ask(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fflush(stdout);
    fprintf(stderr, "%s: ", prog_name);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    int first = getchar();
    int c = first;
    while (c != '\n' && c != EOF)
        c = getchar();
    return first == 'y' || first == 'Y';
}

static bool keep_attributes(const struct walk *w, const char *to, const struct stat *st)
{
    bool ok = true;
    if (w->o->keep_times) {
        struct timespec t[2] = {st->st_atim, st->st_mtim};
        if (utimensat(AT_FDCWD, to, t, AT_SYMLINK_NOFOLLOW) < 0) {
            warn_errno("preserving times for '%s'", to);
            ok = false;
        }
    }
    /* Giving a file away fails for ordinary users; GNU cp is silent about that, too. */
    bool owned = true;
    if (w->o->keep_owner)
        owned = lchown(to, st->st_uid, st->st_gid) == 0;
    if (w->o->keep_mode && !S_ISLNK(st->st_mode)) {
        mode_t mode = st->st_mode & 07777;
        if (!owned)
            mode &= ~(mode_t)(S_ISUID | S_ISGID);
        if (chmod(to, mode) < 0) {
            warn_errno("preserving permissions for '%s'", to);
            ok = false;
        }
    }
    return ok;
}

static int open_target(struct walk *w, const char *to, mode_t mode, bool exists)
{
    int flags = O_WRONLY | O_CLOEXEC | O_CREAT | (exists ? O_TRUNC : O_EXCL);
    int fd = open(to, flags, mode);
    if (fd < 0 && exists && w->o->force && unlink(to) == 0)
        fd = open(to, O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL, mode);
    return fd;
}

static bool copy_data(struct walk *w, const char *from, const char *to, const struct stat *st,
                      bool exists)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0) {
        warn_errno("cannot open '%s' for reading", from);
        return false;
    }
    int out = open_target(w, to, st->st_mode & 0777, exists);
    if (out < 0) {
        warn_errno("cannot create regular file '%s'", to);
        close(in);
        return false;
    }
    int result = w->o->attributes_only ? 0 : copy_fd(in, out);
    if (result < 0)
        warn_errno(result == -1 ? "error reading '%s'" : "error writing '%s'",
                   result == -1 ? from : to);
    close(in);
    if (close(out) < 0 && result == 0) {
        warn_errno("failed to close '%s'", to);
        result = -1;
    }
    return result == 0;
}

static bool copy_symlink(const char *from, const char *to, const struct stat *st)
{
    size_t size = st->st_size > 0 ? (size_t)st->st_size + 1 : 4096;
    char *target = xmalloc(size + 1);
    ssize_t n = readlink(from, target, size);
    bool ok = false;
    if (n < 0) {
        warn_errno("cannot read symbolic link '%s'", from);
    } else {
        target[n] = '\0';
        unlink(to);
        ok = symlink(target, to) == 0;
        if (!ok)
            warn_errno("cannot create symbolic link '%s'", to);
    }
    free(target);
    return ok;
}

static bool copy_special(const char *from, const char *to, const struct stat *st)
{
    unlink(to);
    int r = S_ISFIFO(st->st_mode) ? mkfifo(to, st->st_mode & 0777)
                                  : mknod(to, st->st_mode, st->st_rdev);
    if (r < 0)
        warn_errno("cannot create special file '%s' from '%s'", to, from);
    return r == 0;
}

static bool copy_directory(struct walk *w, const char *from, const char *to, const struct stat *st,
                           const struct stat *old)
{
    if (!w->o->recursive) {
        warn_text("-r not specified; omitting directory '%s'", from);
        return false;
    }
    if (old && !S_ISDIR(old->st_mode)) {
        warn_text("cannot overwrite non-directory '%s' with directory '%s'", to, from);
        return false;
    }
    if (w->has_top && st->st_dev == w->top_dev && st->st_ino == w->top_ino) {
        warn_text("cannot copy a directory, '%s', into itself, '%s'", from, to);
        return false;
    }
    if (w->o->one_file_system && st->st_dev != w->root_dev)
        return true;
    if (!old && mkdir(to, (st->st_mode & 0777) | 0700) < 0) {
        warn_errno("cannot create directory '%s'", to);
        return false;
    }
    struct stat made;
    if (!w->has_top && stat(to, &made) == 0) {
        w->has_top = true;
        w->top_dev = made.st_dev;
        w->top_ino = made.st_ino;
    }
    if (w->o->verbose && !old)
        printf("'%s' -> '%s'\n", from, to);
    struct names names;
    if (!names_read(&names, from)) {
        warn_errno("cannot access '%s'", from);
        return false;
    }
    bool ok = true;
    for (size_t i = 0; i < names.count; i++) {
        char *a = path_join(from, names.items[i]);
        char *b = path_join(to, names.items[i]);
        ok &= copy_node(w, a, b, false);
        free(a);
        free(b);
    }
    names_free(&names);
    if (!old && !w->o->keep_mode) {
        mode_t mask = umask(0);
        umask(mask);
        if ((st->st_mode & 0700) != 0700)
            chmod(to, st->st_mode & 0777 & ~mask);
    }
    return ok & keep_attributes(w, to, st);
}

/* True when an existing target is to be left alone; *ok says whether that is a success. */
static bool leave_target(struct walk *w, const char *from, const char *to, const struct stat *st,
                         const struct stat *old, bool *ok)
{
    *ok = true;
    if (st->st_dev == old->st_dev && st->st_ino == old->st_ino && !w->o->hard_link) {
        warn_text("'%s' and '%s' are the same file", from, to);
        *ok = false;
        return true;
    }
    if (S_ISDIR(st->st_mode))
        return false;
    if (S_ISDIR(old->st_mode)) {
        warn_text("cannot overwrite directory '%s' with non-directory", to);
        *ok = false;
        return true;
    }
    if (w->o->no_clobber)
        return true;
    if (w->o->update &&
        (st->st_mtim.tv_sec < old->st_mtim.tv_sec || (st->st_mtim.tv_sec == old->st_mtim.tv_sec &&
                                                      st->st_mtim.tv_nsec <= old->st_mtim.tv_nsec)))
        return true;
    return w->o->interactive && !ask("overwrite '%s'? ", to);
}

static bool copy_file(struct walk *w, const char *from, const char *to, const struct stat *st,
                      bool exists)
{
    if (exists && (w->o->remove_target || w->o->hard_link || w->o->symlink)) {
        if ((w->o->force || w->o->remove_target) && unlink(to) == 0) {
            exists = false;
            if (w->o->verbose && w->o->remove_target)
                printf("removed '%s'\n", to);
        }
    }
    if (w->o->verbose)
        printf("'%s' -> '%s'\n", from, to);
    if (w->o->hard_link || w->o->symlink) {
        if ((w->o->symlink ? symlink(from, to) : link(from, to)) == 0)
            return true;
        warn_errno("cannot create %s '%s' to '%s'", w->o->symlink ? "symbolic link" : "hard link",
                   to, from);
        return false;
    }
    bool ok;
    if (S_ISLNK(st->st_mode))
        ok = copy_symlink(from, to, st);
    else if (S_ISREG(st->st_mode) || !w->o->recursive)
        ok = copy_data(w, from, to, st, exists);
    else
        ok = copy_special(from, to, st);
    return ok && keep_attributes(w, to, st);
}

static bool copy_node(struct walk *w, const char *from, const char *to, bool operand)
{
    struct stat st;
    struct stat old;
    bool follow = w->o->follow == FOLLOW_ALWAYS || (w->o->follow == FOLLOW_OPERANDS && operand);
    if ((follow ? stat(from, &st) : lstat(from, &st)) < 0) {
        warn_errno("cannot stat '%s'", from);
        return false;
    }
    if (operand)
        w->root_dev = st.st_dev;
    bool exists = (S_ISLNK(st.st_mode) ? lstat(to, &old) : stat(to, &old)) == 0;
    bool ok;
    if (exists && leave_target(w, from, to, &st, &old, &ok))
        return ok;
    if (S_ISDIR(st.st_mode))
        return copy_directory(w, from, to, &st, exists ? &old : NULL);
    return copy_file(w, from, to, &st, exists);
}

bool copy_path(const char *from, const char *to, const struct copy_options *o)
{
    struct walk w = {.o = o};
    return copy_node(&w, from, to, true);
}
