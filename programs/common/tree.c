/* Walking file trees, see tree.h. */
#include "tree.h"

#include "error.h"

#include "names.h"
#include "path.h"

#include <errno.h>
#include <stdlib.h>

/* The directories above the one being read: meeting one again means a loop of links. */
struct above {
    const struct above *up;
    dev_t dev;
    ino_t ino;
};

static void walk(struct tree *t, const char *path, int level, const struct above *up)
{
    struct stat st;
    bool follow = t->follow || (level == 0 && t->follow_operands);
    int r = follow ? stat(path, &st) : lstat(path, &st);
    if (r < 0 && follow)
        r = lstat(path, &st);
    if (r < 0) {
        t->visit(t, TREE_ERROR, path, NULL, level);
        return;
    }
    if (!S_ISDIR(st.st_mode)) {
        t->visit(t, TREE_FILE, path, &st, level);
        return;
    }
    for (const struct above *a = up; a; a = a->up) {
        if (a->dev == st.st_dev && a->ino == st.st_ino && t->follow) {
            errno = ELOOP;
            t->visit(t, TREE_ERROR, path, &st, level);
            return;
        }
    }
    if (!t->visit(t, TREE_DIR, path, &st, level))
        return;
    struct names names;
    if (!names_read(&names, path)) {
        t->visit(t, TREE_ERROR, path, &st, level);
    } else {
        const struct above here = {up, st.st_dev, st.st_ino};
        for (size_t i = 0; i < names.count; i++) {
            char *child = path_join(path, names.items[i]);
            walk(t, child, level + 1, &here);
            free(child);
        }
        names_free(&names);
    }
    t->visit(t, TREE_DIR_AFTER, path, &st, level);
}

void tree_walk(struct tree *t, const char *path)
{
    walk(t, path, 0, NULL);
}

static bool change_visit(struct tree *t, enum tree_event event, const char *path,
                         const struct stat *st, int level)
{
    struct tree_change *c = t->arg;
    (void)level;
    bool ok = event != TREE_ERROR;
    if (!ok && !c->quiet)
        warn_errno(st ? "cannot read directory '%s'" : "cannot access '%s'", path);
    if (event == TREE_FILE || event == TREE_DIR) {
        ok = c->change(path, st);
        if (!ok && !c->quiet)
            warn_errno("%s '%s'", c->what, path);
    }
    c->failed |= !ok;
    return c->recursive;
}

void tree_change(struct tree_change *c, char **names, int count)
{
    struct tree t = {.visit = change_visit, .follow_operands = c->follow_operands, .arg = c};
    for (int i = 0; i < count; i++)
        tree_walk(&t, names[i]);
}
