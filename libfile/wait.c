/* Requests that wait for the file system; see tree.h. */
#include "libfile/tree.h"

#include <stdlib.h>

struct waiting {
    struct waiting *next;
    u64 request, node; /* which is held */
    bool write, sync;
    void *buf;
    size_t len;
    u64 offset;
};

i64 wait_for_transfer(const struct scheme_ctx *c, u64 node, bool write, void *buf, size_t len,
                      u64 offset)
{
    struct tree *t = scheme_state(c->scheme);
    struct waiting *w = malloc(sizeof *w), **at = &t->waiting;

    if (!w)
        return -ENOMEM;
    i64 r = t->ops->hold(t, node); /* it is open: this does not wait */
    if (r < 0) {
        free(w);
        return r;
    }
    *w = (struct waiting){.request = c->request,
                          .node = node,
                          .write = write,
                          .sync = write && (c->open_flags & RX_O_FSYNC),
                          .buf = buf,
                          .len = len,
                          .offset = offset};
    while (*at)
        at = &(*at)->next;
    *at = w;
    return SCHEME_PARKED;
}

static void waiting_free(struct tree *t, struct waiting *w)
{
    t->ops->release(t, w->node);
    free(w);
}

bool wait_cancel(struct scheme *s, u64 request)
{
    struct tree *t = scheme_state(s);

    for (struct waiting **at = &t->waiting; *at; at = &(*at)->next) {
        struct waiting *w = *at;
        if (w->request != request)
            continue;
        *at = w->next;
        waiting_free(t, w);
        return true;
    }
    return false;
}

static i64 transfer(struct tree *t, const struct waiting *w)
{
    t->ops->begin(t, false);
    i64 r = w->write ? t->ops->write(t, w->node, w->buf, w->len, w->offset)
                     : t->ops->read(t, w->node, w->buf, w->len, w->offset);

    return r > 0 && w->sync ? t->ops->sync(t, w->node, w->request, r) : r;
}

void tree_wake(struct scheme *s)
{
    struct tree *t = scheme_state(s);

    for (struct waiting **at = &t->waiting; *at;) {
        struct waiting *w = *at;
        i64 r = transfer(t, w);
        if (r == TREE_LATER) {
            at = &w->next;
            continue;
        }
        *at = w->next;
        if (r != SCHEME_PARKED)
            scheme_answer(s, w->request, r);
        waiting_free(t, w);
    }
    scheme_wake_all(s);
}
