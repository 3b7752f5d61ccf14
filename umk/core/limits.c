/*
 * What a process is limited to (enum process_limit). A limit holds for what comes after it was set;
 * a value never exceeds its ceiling.
 */
#include "umk/core/process.h"

void process_limits_init(struct process *p, const struct process *parent)
{
    for (u32 i = 0; i < LIMITS; i++)
        p->limits[i] = parent ? parent->limits[i] : (struct limit){UINT64_MAX, UINT64_MAX};
    if (!parent)
        p->limits[LIMIT_FILES] = (struct limit){RX_FD_MAX, RX_FD_MAX};
    p->fds.limit = (u32)p->limits[LIMIT_FILES].value;
}

static bool within(u64 have, u64 more, u64 limit)
{
    return have <= limit && more <= limit - have;
}

bool process_may_map(const struct process *p, u64 len, bool private)
{
    const struct aspace *as = &p->aspace;

    if (private && !within(as->private_bytes, len, p->limits[LIMIT_PRIVATE].value))
        return false;
    return within(as->private_bytes + as->shared_bytes, len, p->limits[LIMIT_MAPPED].value);
}

i64 limit_get(struct context *c, u64 which)
{
    if (which >= LIMITS)
        return -EINVAL;
    c->call.ret[0] = c->proc->limits[which].value;
    c->call.ret[1] = c->proc->limits[which].ceiling;
    return 0;
}

i64 limit_set(struct context *c, u64 which, struct limit to)
{
    struct process *p = c->proc;

    if (which >= LIMITS || to.value > to.ceiling)
        return -EINVAL;
    if (to.ceiling > p->limits[which].ceiling && !is_root(p))
        return -EPERM;
    if (which == LIMIT_FILES && to.ceiling > RX_FD_MAX)
        return -EPERM;
    p->limits[which] = to;
    if (which == LIMIT_FILES)
        p->fds.limit = (u32)to.value;
    return 0;
}
