/* Making, settling and taking back a process's spare; see spare.h. */
#include "umk/core/spare.h"
#include "umk/core/channel.h"
#include "umk/core/scheme.h"

_Static_assert(RX_FD_MAX <= 0x10000, "a descriptor fits a spare's word");

/* Ends the spare for the process if it is in this state; *word: what it was last. */
static bool end_in(const struct fd_table *t, u32 state, u64 *word)
{
    *word = __atomic_load_n(&t->spare->word, __ATOMIC_ACQUIRE);
    while (SPARE_IN_STATE(*word, state) == SPARE_WORD(t->spare_fd, t->spare_serial, state) &&
           SPARE_STATE(*word) == state)
        /* pairs: the process's own exchanges */
        if (__atomic_compare_exchange_n(&t->spare->word, word, 0, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE))
            return true;
    return false;
}

/* Making */

static void publish(struct process *p, i64 fd, const struct binding *b, struct request *msg)
{
    struct spare *s = &p->body->page->spare;

    p->fds.spare = s;
    p->fds.spare_fd = (u64)fd;
    p->fds.spare_serial++;
    p->fds.spare_msg = msg;
    __atomic_store_n(&s->binding, binding_word(b), __ATOMIC_RELAXED);
    /* pairs: the process's exchange of FREE for BUSY */
    __atomic_store_n(&s->word, SPARE_WORD(fd, p->fds.spare_serial, SPARE_FREE), __ATOMIC_RELEASE);
}

/* The server has made the file. Result for the call. */
static i64 made(struct request *r, struct process *p, struct binding *b, u64 number)
{
    struct request *msg = request_new(r->scheme, OP_SPARE_END);
    struct desc *d = r->made;
    i64 fd;

    r->made = NULL;
    d->number = number;
    if (!b || !p || !msg) {
        fd = -ENOMEM;
        goto fail;
    }
    spare_end(p); /* another thread may have asked for one too */
    binding_set(b, d);
    fd = proc_fd_install(p, 0, d, true);
    if (fd < 0)
        goto fail;
    msg->entry.sqe.args[0] = number;
    publish(p, fd, b, msg);
    return 0;
fail:
    if (b)
        binding_end(b);
    if (msg)
        request_free(msg);
    desc_put(d);
    return fd;
}

static void spare_done(struct request *r, i64 result, struct desc *fd, u32 extra)
{
    struct context *c = r->ctx;
    struct binding *b = r->binding;

    (void)extra;
    if (c)
        c->request = NULL;
    if (fd) {
        desc_put(fd);
        result = -EIO;
    }
    if (result >= 0)
        result = made(r, c ? c->proc : NULL, b, (u64)result);
    else if (b)
        binding_unreserve(b);
    if (c)
        context_finish(c, result);
}

i64 sys_spare(struct context *c)
{
    struct channel *ch = channel_by_number(c->proc, c->call.a[0]);
    struct request *r;
    i64 err = -ENOMEM;

    if (!ch)
        return -EINVAL;
    spare_end(c->proc);
    if (!(r = request_new(ch->scheme, OP_SPARE)))
        return -ENOMEM;
    if (!(r->made = desc_new(ch->scheme, 0, 0, NULL)) || (err = binding_reserve(ch, &r->binding)))
        goto fail;
    r->ctx = c;
    r->entry.channel = ch->server_number;
    r->entry.handle = r->binding->handle;
    r->entry.sqe.caller = c->proc->pid;
    r->done = spare_done;
    return request_go(r);
fail:
    if (r->made)
        desc_discard(r->made);
    request_free(r);
    return err;
}

/* The end */

/* Its file is open: an ordinary descriptor from here on, of which the server hears before
 * anything else that is done with it. */
static void settle(struct fd_table *t, struct fd_slot *s, u32 flags)
{
    s->desc->flags = flags;
    s->flags = flags & RX_O_CLOEXEC ? RX_FD_CLOEXEC : 0;
    t->spare = NULL;
    request_post(t->spare_msg);
    t->spare_msg = NULL;
}

bool spare_settle(struct fd_table *t, struct fd_slot *s)
{
    u64 word;

    if (!end_in(t, SPARE_OPEN, &word))
        return false;
    settle(t, s, SPARE_FLAGS(word));
    return true;
}

void spare_forget(struct process *p)
{
    if (!p->fds.spare)
        return;
    p->fds.spare = NULL;
    request_free(p->fds.spare_msg);
    p->fds.spare_msg = NULL;
}

/* Not open: nobody but the kernel and the server ever knew of it. */
static void take_back(struct process *p)
{
    spare_forget(p);
    proc_fd_drop(p, fd_take_spare(&p->fds));
}

void spare_end(struct process *p)
{
    struct fd_table *t = &p->fds;

    if (!t->spare || spare_settle(t, fd_slot(t, t->spare_fd)))
        return;
    /* FREE or BUSY, unless it was opened just now.  pairs: the process's own exchanges */
    u64 word = __atomic_exchange_n(&t->spare->word, 0, __ATOMIC_ACQ_REL);
    if (SPARE_STATE(word) == SPARE_OPEN)
        settle(t, fd_slot(t, t->spare_fd), SPARE_FLAGS(word));
    else
        take_back(p);
}

void spare_yield(struct process *p)
{
    u64 word;

    if (p->fds.spare && end_in(&p->fds, SPARE_FREE, &word))
        take_back(p);
}
