/* sigaltstack, and delivery's questions about it. */
#include "shim/src/internal/result.h"
#include "shim/src/signal/altstack.h"

static bool on_altstack(const struct umk_thread *t)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);

    return t->altstack && here - (uintptr_t)t->altstack < t->altstack_size;
}

void __umk_altstack_get(struct umk_thread *t, stack_t *out)
{
    out->ss_sp = t->altstack;
    out->ss_size = t->altstack_size;
    out->ss_flags = !t->altstack ? SS_DISABLE : on_altstack(t) ? SS_ONSTACK : 0;
}

void *__umk_altstack_top(struct umk_thread *t)
{
    if (!t->altstack || on_altstack(t))
        return NULL;
    return (char *)t->altstack + t->altstack_size;
}

int sigaltstack(const stack_t *restrict new, stack_t *restrict old)
{
    struct umk_thread *t = __umk_self();
    bool busy = on_altstack(t);

    if (old)
        __umk_altstack_get(t, old);
    if (!new)
        return 0;
    if (busy)
        return (int)__umk_fail(EPERM);
    if (new->ss_flags & SS_DISABLE) {
        t->altstack = NULL;
        t->altstack_size = 0;
        return 0;
    }
    if (new->ss_flags & ~SS_ONSTACK)
        return (int)__umk_fail(EINVAL);
    if (new->ss_size < MINSIGSTKSZ)
        return (int)__umk_fail(ENOMEM);
    /* size first: a signal in between sees no stack rather than half of one */
    t->altstack = NULL;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    t->altstack_size = new->ss_size;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    t->altstack = new->ss_sp;
    return 0;
}
