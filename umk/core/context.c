/* Contexts: waiting and answering; the states are in process.h. */
#include "umk/core/process.h"
#include "umk/core/futex.h"
#include "umk/core/sched.h"
#include "umk/core/scheme.h"
#include "umk/core/signal.h"
#include "umk/core/trace.h"
#include "umk/core/words.h"

struct pool context_pool = POOL_INIT(context, 1u << 16);

struct context *context_new(struct process *p, u32 portal, bool async)
{
    struct context *c = pool_get(&context_pool);

    if (!c)
        return NULL;
    c->proc = p;
    c->portal = portal;
    c->async = async;
    list_init(&c->wait);
    list_init(&c->futex);
    list_init(&c->sched);
    list_add(&p->contexts, &c->of_process);
    p->by_portal[portal] = c;
    if (p->portal_words <= portal / 64)
        p->portal_words = portal / 64 + 1;
    core.contexts_made++;
    return c;
}

static void leave_wait(struct context *c)
{
    timer_cancel(&c->timer);
    list_remove(&c->wait);
    if (c->held) {
        desc_put(c->held);
        c->held = NULL;
    }
    c->cancel = NULL;
    c->waiting_for = NULL;
}

void context_free(struct context *c)
{
    if (c->request)
        request_abandon(c->request);
    start_caller_gone(c);
    futex_leave(c);
    words_leave(c);
    sched_forget(c);
    leave_wait(c);
    list_remove(&c->of_process);
    if (c->proc->loop_waiter == c)
        c->proc->loop_waiter = NULL;
    if (c->proc->by_portal[c->portal] == c)
        c->proc->by_portal[c->portal] = NULL;
    pool_put(&context_pool, c);
}

i64 context_park(struct context *c, const char *what, void (*cancel)(struct context *))
{
    core_assert(c->state == CTX_CALLING);
    c->state = CTX_WAITING;
    c->waiting_for = what;
    c->cancel = cancel;
    return PARKED;
}

/* The call is over; what it says is in the portal (if there is one), but for the state. */
static inline void put_answer(struct context *c, const struct body *b, struct portal *pt,
                              i64 result)
{
    core_assert(c->state != CTX_USER);
    if (c->waiting_for || c->held)
        leave_wait(c);
    c->state = CTX_USER;
    c->recent[c->nrecent++ % RECENT_CALLS] = (struct recent_call){c->call.op, result};
    trace_reply(c, result);
    if (!pt)
        return;
    pt->result = result;
    for (u32 i = 0; i < 4; i++)
        pt->ret[i] = c->call.ret[i];
    pt->ctl_seq = b->ctl_sent;
}

static void answer(struct context *c, i64 result)
{
    struct body *b = c->proc->body;
    struct portal *pt = b ? b->portal[c->portal] : NULL;

    put_answer(c, b, pt, result);
    if (!pt)
        return;
    sched_ready(c);
    if (!c->async)
        return;
    /* pairs: the loop sets loop_need_ring, fences and looks at its portals again before it sleeps
     */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (__atomic_load_n(&b->page->loop_need_ring, __ATOMIC_RELAXED))
        loop_ring(b);
}

void context_finish(struct context *c, i64 result)
{
    if (!c->no_call) {
        answer(c, result);
        return;
    }
    leave_wait(c);
    c->state = CTX_USER;
    c->no_call = false;
    sched_go_on(c);
}

void context_interrupt(struct context *c)
{
    if (c->state == CTX_WAITING && c->cancel)
        c->cancel(c);
}

void context_timeout(struct context *c, u64 at, void (*fn)(struct timer *))
{
    timer_arm(&c->timer, at, fn);
}

static __attribute__((noinline)) void close_up_to(struct process *p, struct body *b, u32 tail)
{
    if (tail - b->close_head > CLOSES_KEPT)
        b->close_head = tail - CLOSES_KEPT;
    while (b->close_head != tail)
        proc_fd_close(p, b->page->closes[b->close_head++ % CLOSES_KEPT]);
}

/* What was closed without waiting goes before any call that was posted after it. */
static void take_closes(struct process *p, struct body *b)
{
    /* pairs: the thread's release store of close_tail after it wrote the entry */
    u32 tail = __atomic_load_n(&b->page->close_tail, __ATOMIC_ACQUIRE);

    if (tail != b->close_head)
        close_up_to(p, b, tail);
}

/* Carries out the call that is pending in a portal. False: that ended the process or the context;
 * otherwise *result is what it came to, or PARKED. */
static inline __attribute__((always_inline)) bool carry_out(struct process *p, struct body *b,
                                                            struct context *c, u32 n,
                                                            struct portal *pt, i64 *result)
{
    take_closes(p, b);
    c->call.op = pt->op;
    memcpy(c->call.a, pt->args, sizeof(c->call.a));
    c->call.payload = (u8 *)pt + PORTAL_PAYLOAD_OFFSET;
    memset(c->call.ret, 0, sizeof(c->call.ret));
    c->state = CTX_CALLING;
    sched_called(c);
    core.calls++;
    trace_call(c);
    core.asking = p;
    *result = call_dispatch(c);
    core.asking = NULL;
    return b->proc == p && p->by_portal[n] == c;
}

static bool is_called(const struct portal *pt)
{
    /* pairs: the thread's release store of state after it wrote the call */
    return (__atomic_load_n(&pt->state, __ATOMIC_ACQUIRE) & WAIT_STATE) == WAIT_PENDING;
}

/* The call has returned PARKED; it waits, unless it has been answered or gone on meanwhile. */
static void parked(struct context *c, struct portal *pt)
{
    if (c->state != CTX_WAITING)
        return;
    if (c->sched_state == SCHED_RUNNING)
        sched_entered(c);
    if (__atomic_exchange_n(&pt->cancel, 0, __ATOMIC_ACQUIRE) || signal_deliverable(c))
        context_interrupt(c);
}

void call_take(struct process *p, u32 portal)
{
    struct context *c = p->by_portal[portal];
    struct portal *pt = p->body->portal[portal];
    i64 result;

    if (!c || !pt)
        return;
    if (c->state == CTX_WAITING) {
        /* pairs: the thread's release store of cancel before it sets its posted bit */
        if (__atomic_exchange_n(&pt->cancel, 0, __ATOMIC_ACQUIRE))
            context_interrupt(c);
        return;
    }
    if (!is_called(pt) || !carry_out(p, p->body, c, portal, pt, &result))
        return;
    if (result != PARKED)
        answer(c, result);
    else
        parked(c, pt);
}

static bool poll_portals(struct body *b)
{
    bool (*has_come_in)(const struct body *b, u32 n) = core.machine->has_come_in;
    bool any = false;

    for (u32 w = 0; b->proc && w < b->proc->portal_words; w++) {
        u64 bits;

        if (!__atomic_load_n(&b->page->posted[w], __ATOMIC_RELAXED))
            continue;
        /* pairs: the thread's atomic or after its release store of state */
        bits = __atomic_exchange_n(&b->page->posted[w], 0, __ATOMIC_ACQUIRE);
        for (; bits; bits &= bits - 1) {
            u32 n = w * 64 + (u32)__builtin_ctzll(bits);
            struct process *p = process_of(b);

            if (!p)
                return any;
            if (has_come_in && !has_come_in(b, n)) {
                __atomic_fetch_or(&b->page->posted[w], bits & -bits, __ATOMIC_RELAXED);
                continue;
            }
            call_take(p, n);
            any = true;
        }
    }
    return any;
}

/* The scheme with the lowest id above `id` that b's process serves; NULL: none, or b is no longer
 * the body of a process. */
static struct scheme *next_served(const struct body *b, u32 id)
{
    struct process *p = b->proc;
    struct scheme *s, *next = NULL;

    if (!p || p->body != b || b->dead)
        return NULL;
    LIST_FOR_EACH (s, &p->schemes, of_owner)
        if (s->id > id && (!next || s->id < next->id))
            next = s;
    return next;
}

static bool poll_body(struct body *b)
{
    struct process *p = b->proc;
    struct scheme *s;
    bool any = false;

    if (!p || p->body != b || b->dead)
        return false;
    /* pairs: a thread that rang skips ringing again while this has not moved */
    __atomic_store_n(&b->page->polls, b->page->polls + 1, __ATOMIC_SEQ_CST);
    if (p->state == PROC_ALIVE)
        take_closes(p, b);
    any = poll_portals(b);
    /* what a server sends may end any of its schemes: the next one is looked up anew */
    for (u32 id = 0; (s = next_served(b, id));) {
        id = s->id;
        any |= scheme_poll(s);
    }
    return any;
}

bool core_poll(struct body *b)
{
    bool any;

    core.polling = true;
    any = poll_body(b);
    core.polling = false;
    scheme_ring_all();
    return any;
}

/* The thread is here, so an answer at once needs nobody woken. */
bool core_call(struct body *b, u32 n)
{
    struct process *p = process_of(b);
    struct context *c = p ? p->by_portal[n] : NULL;
    struct portal *pt = b->portal[n];
    i64 result;

    if (!c || !pt)
        return false;
    if (c->state != CTX_USER || !is_called(pt))
        return c->sched_state == SCHED_RUNNING;
    if (!carry_out(p, b, c, n, pt, &result))
        return false;
    if (result != PARKED && sched_keeps(c)) {
        put_answer(c, b, pt, result);
        /* pairs: the thread's acquire load of state, after which it reads the answer */
        __atomic_store_n(&pt->state, WAIT_DONE, __ATOMIC_RELEASE);
        return true;
    }
    if (result != PARKED)
        answer(c, result);
    else
        parked(c, pt);
    c = b->proc == p ? p->by_portal[n] : NULL; /* an interrupted wait may have ended either */
    return c && c->sched_state == SCHED_RUNNING;
}

bool core_arm(struct body *b)
{
    struct process *p = b->proc;
    struct scheme *s;

    if (!p || p->body != b || b->dead)
        return false;
    __atomic_store_n(&b->page->kernel_need_ring, 1, __ATOMIC_RELAXED);
    /* pairs: the process posts, fences, and then reads kernel_need_ring */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    for (u32 w = 0; w < p->portal_words; w++)
        if (__atomic_load_n(&b->page->posted[w], __ATOMIC_RELAXED))
            return true;
    if (__atomic_load_n(&b->page->close_tail, __ATOMIC_RELAXED) != b->close_head)
        return true;
    LIST_FOR_EACH (s, &p->schemes, of_owner)
        if (__atomic_load_n(&s->header->cq_tail, __ATOMIC_RELAXED) != s->cq_head)
            return true;
    return false;
}

void core_disarm(struct body *b)
{
    if (b->page)
        __atomic_store_n(&b->page->kernel_need_ring, 0, __ATOMIC_RELAXED);
}
