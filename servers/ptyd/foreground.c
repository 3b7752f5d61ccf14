/* Signals to the foreground group; see foreground.h. */
#include "servers/ptyd/foreground.h"

#include <string.h>

#define LEAVE UINT32_MAX

/* kill as that user would do it. Our saved id stays root's, by which we become ourselves again. */
static i64 kill_as(u32 uid, u32 group, u32 sig)
{
    u32 theirs[6] = {uid, uid, LEAVE, LEAVE, LEAVE, LEAVE};
    u32 ours[6] = {0, 0, LEAVE, LEAVE, LEAVE, LEAVE};
    if (uid) {
        i64 r = rx_proc(PROC_SETRESUGID, 0, 0, 0, theirs, sizeof theirs);
        if (r < 0)
            return r;
    }
    i64 result = (i64)redox_kill_v1((size_t) - (i64)group, sig);
    if (uid && rx_proc(PROC_SETRESUGID, 0, 0, 0, ours, sizeof ours) < 0)
        rx_panic("ptyd: cannot be root again");
    return result;
}

static i64 session_of(u32 pid)
{
    return rx_proc(PROC_GETSID, pid, 0, 0, NULL, 0);
}

i64 foreground_set(struct terminal *t, const struct scheme_ctx *c, u32 group)
{
    if (group > INT32_MAX)
        return -EINVAL;
    i64 session = session_of(c->pid);
    if (session < 0)
        return session;
    if (group && session_of(group) != session) {
        i64 r = kill_as(c->uid, group, 0);
        if (r < 0)
            return r;
    }
    t->group = group;
    t->session = (u32)session;
    t->group_uid = c->uid;
    return 0;
}

/* The number may be another group's by now: only that of the same session gets it from us. */
void foreground_signal(struct terminal *t, u32 sig)
{
    if (!t->group)
        return;
    bool same = session_of(t->group) == (i64)t->session;
    kill_as(same ? 0 : t->group_uid, t->group, sig);
}

void pair_signal(struct pair *p, u32 sig)
{
    foreground_signal((struct terminal *)p, sig);
}
