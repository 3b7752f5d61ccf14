/*
 * The call through a portal: the one path every call to the kernel takes, on any machine.
 *
 * A call is posted by writing it, then the state, then the bit in the process page; the kernel is
 * rung only if it says it may sleep. While the kernel is known to be awake on another CPU the
 * thread looks a little before it sleeps; on the kernel's own CPU that would only keep it from
 * running.
 */
#include "machine.h"
#include <string.h>

/* How many looks before sleeping, when the kernel is awake elsewhere: about 10 us. */
#define SPIN_LOOKS 300

void gate_lock(u32 *lock)
{
    u32 tries = 0;

    while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE)) {
        while (__atomic_load_n(lock, __ATOMIC_RELAXED))
            if (++tries % 64 == 0)
                machine_yield();
            else
                cpu_relax();
    }
}

void gate_unlock(u32 *lock)
{
    __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

static void set_posted(u32 n)
{
    /* A full barrier on x86 too: pairs with the kernel's fence between arming and looking. */
    __atomic_fetch_or(&gate_page->posted[n / 64], 1ull << (n % 64), __ATOMIC_SEQ_CST);
}

static u32 rung_at; /* 1 + polls when the kernel's bell was rung last */

/* True when the kernel sleeps, or is about to: it has been rung. A bell that was rung since the
 * kernel's last look is not rung again: the look it leads to is still to come. */
static bool ring_if_needed(void)
{
    u32 polls;

    if (!__atomic_load_n(&gate_page->kernel_need_ring, __ATOMIC_RELAXED))
        return false;
    /* pairs: the kernel counts polls up before it looks */
    polls = __atomic_load_n(&gate_page->polls, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&rung_at, __ATOMIC_RELAXED) == polls + 1)
        return true;
    machine_ring_kernel();
    __atomic_store_n(&rung_at, polls + 1, __ATOMIC_RELAXED);
    return true;
}

static struct {
    u32 lock;
    u32 taken; /* entries not yet known to be read by the kernel */
    u32 polls; /* as of when taken was 0 */
} closes;

bool gate_close_later(u64 fd)
{
    u32 polls = __atomic_load_n(&gate_page->polls, __ATOMIC_SEQ_CST);
    bool room;

    gate_lock(&closes.lock);
    if (polls != closes.polls) {
        closes.polls = polls;
        closes.taken = 0;
    }
    room = closes.taken < CLOSES_KEPT / 2;
    if (room) {
        u32 tail = gate_page->close_tail;

        closes.taken++;
        gate_page->closes[tail % CLOSES_KEPT] = fd;
        /* pairs: the kernel's acquire load in take_closes */
        __atomic_store_n(&gate_page->close_tail, tail + 1, __ATOMIC_RELEASE);
    }
    gate_unlock(&closes.lock);
    /* pairs: the kernel's fence between arming and looking */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (room)
        ring_if_needed();
    return room;
}

void gate_forget(void)
{
    rung_at = 0;
    memset(&closes, 0, sizeof(closes));
}

void gate_ring_kernel(void)
{
    ring_if_needed();
}

static void complete(struct portal *p, u32 op)
{
    p->op = op;
    p->cancel = 0;
    /* pairs: the kernel's acquire load of state in call_take */
    __atomic_store_n(&p->state, WAIT_PENDING, __ATOMIC_RELEASE);
}

/* True when the kernel had to be rung, and so is not looking by itself. */
static bool announce(u32 n)
{
    gate_page->cpu = gate_cpu();
    set_posted(n);
    return ring_if_needed();
}

void gate_post(struct portal *p, u32 n, u32 op)
{
    complete(p, op);
    announce(n);
}

void gate_cancel(struct portal *p, u32 n)
{
    /* pairs: the kernel's exchange of cancel when it finds the portal posted while it waits */
    __atomic_store_n(&p->cancel, 1, __ATOMIC_RELEASE);
    set_posted(n);
    ring_if_needed();
}

static void spin(const u32 *state)
{
    if (machine_kernel_cpu() == gate_cpu())
        return;
    for (u32 i = 0; i < SPIN_LOOKS; i++) {
        if ((__atomic_load_n(state, __ATOMIC_RELAXED) & WAIT_STATE) == WAIT_DONE)
            return;
        cpu_relax();
    }
}

/* Where a thread brings its call itself: has it carried out. False: calls are announced. */
static bool own_call(struct gate_thread *t)
{
    if (!gate_machine->own_call)
        return false;
    gate_machine->own_call(t);
    return true;
}

static inline bool is_answered(const struct portal *p)
{
    /* pairs: the kernel's exchange of state after it wrote the reply */
    return (__atomic_load_n(&p->state, __ATOMIC_ACQUIRE) & WAIT_STATE) == WAIT_DONE;
}

static void wait_for_reply(struct portal *p, bool rung)
{
    if (!rung && !gate_page->gated)
        spin(&p->state);
    for (;;) {
        /* pairs: the kernel's exchange of state after it wrote the reply */
        u32 s = __atomic_load_n(&p->state, __ATOMIC_ACQUIRE);

        if ((s & WAIT_STATE) == WAIT_DONE)
            return;
        if (!(s & WAIT_SLEEPING) &&
            !__atomic_compare_exchange_n(&p->state, &s, s | WAIT_SLEEPING, false, __ATOMIC_SEQ_CST,
                                         __ATOMIC_RELAXED))
            continue;
        machine_sleep(&p->state, s | WAIT_SLEEPING);
    }
}

void gate_post_only(struct gate_thread *t, u32 op, u64 arg)
{
    struct portal *p = t->portal;

    memset(p->args, 0, sizeof(p->args));
    p->args[0] = arg;
    if (op == PROC_EXIT_POST) {
        op = UMK_PROC;
        p->args[0] = PROC_EXIT;
        p->args[1] = arg;
    }
    gate_post(p, t->number, op);
}

static bool restartable(u32 op)
{
    return op != SYS_NANOSLEEP && op != SYS_FUTEX && op != UMK_SPAWN;
}

/* More of the payload, behind what a gate_buf gives. */
struct more {
    const void *p;
    size_t len;
};

static void put_payload(struct portal *p, const struct gate_buf *buf, struct more more)
{
    u8 *area = (u8 *)p + PORTAL_PAYLOAD_OFFSET;

    if (buf->in_len)
        memcpy(area, buf->in, buf->in_len);
    if (more.len)
        memcpy(area + buf->in_len, more.p, more.len);
}

static void take_payload(const struct portal *p, const struct gate_buf *buf, i64 result)
{
    if (buf->out && !RX_IS_ERR(result))
        memcpy(buf->out, (const u8 *)p + PORTAL_PAYLOAD_OFFSET,
               buf->out_fixed || (u64)result > buf->out_len ? buf->out_len : (size_t)result);
}

/* The call whose arguments and payload are in the portal. */
static inline __attribute__((always_inline)) i64 carry_out(struct gate_thread *t, u32 op,
                                                           u64 ret[4])
{
    struct portal *p = t->portal;
    i64 result;
    bool rung;

    complete(p, op);
    rung = own_call(t) || announce(t->number);
    if (!is_answered(p))
        wait_for_reply(p, rung);
    result = p->result;
    if (ret)
        memcpy(ret, p->ret, sizeof(p->ret));
    if (p->ctl_seq != 0)
        machine_control(p->ctl_seq);
    return result;
}

/* A call that neither sends nor receives a payload. */
static i64 plain_call(u32 op, const u64 args[6], u64 ret[4])
{
    struct gate_thread *t = gate_self();
    bool stop;
    i64 result;

    gate_check_call(op, args);
    do {
        gate_enter(t);
        memcpy(t->portal->args, args, sizeof(t->portal->args));
        result = carry_out(t, op, ret);
        stop = gate_leave(t);
    } while (result == -EINTR && !stop && restartable(op));
    gate_check_opened(op, result);
    return result;
}

static i64 call(u32 op, const u64 args[6], const struct gate_buf *buf, struct more more, u64 ret[4])
{
    struct gate_thread *t = gate_self();
    bool stop;
    i64 result;

    if (buf->in_len > PORTAL_PAYLOAD || more.len > PORTAL_PAYLOAD - buf->in_len ||
        buf->out_len > PORTAL_PAYLOAD)
        return -E2BIG;
    gate_check_call(op, args);
    do {
        gate_enter(t);
        put_payload(t->portal, buf, more);
        memcpy(t->portal->args, args, sizeof(t->portal->args));
        result = carry_out(t, op, ret);
        take_payload(t->portal, buf, result);
        stop = gate_leave(t);
    } while (result == -EINTR && !stop && restartable(op));
    gate_check_opened(op, result);
    return result;
}

i64 gate_call(u32 op, const u64 args[6], const struct gate_buf *buf, u64 ret[4])
{
    return buf ? call(op, args, buf, (struct more){0}, ret) : plain_call(op, args, ret);
}

i64 gate_call2(u32 op, const u64 args[6], const void *a, size_t a_len, const void *b, size_t b_len,
               u64 ret[4])
{
    const struct gate_buf buf = {.in = a, .in_len = a_len};

    return call(op, args, &buf, (struct more){b, b_len}, ret);
}

u32 rx_thread_self(void)
{
    return gate_self()->number;
}

i64 rx_thread_create(const struct rx_thread_start *t)
{
    return gate_thread_create(t);
}

_Noreturn void rx_thread_exit(void *unmap, size_t len)
{
    gate_thread_exit(unmap, len);
}

i64 rx_thread_kill(u32 thread, u32 sig)
{
    return gate_call(UMK_PROC, GATE_ARGS(PROC_SIGNAL_THREAD, thread, sig), NULL, NULL);
}
