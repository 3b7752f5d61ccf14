/*
 * Nudges and faults. A nudge inside the gate only keeps the coming sleep from happening; outside,
 * the C library's hook runs handlers at once. Faults are a record in the portal and a call to the
 * kernel, which says what to do.
 *
 * The fault path takes no lock and uses no channel and no heap.
 */
#include "machine.h"

static rx_signal_hook *signal_hook;

void rx_set_signal_hook(rx_signal_hook *hook)
{
    signal_hook = hook;
}

struct sig_control *rx_sig_thread(void)
{
    return &gate_self()->portal->sig;
}

struct sig_proc_control *rx_sig_proc(void)
{
    return &gate_page->sig;
}

/* Every call asks this on its way out, and mostly nothing is pending at all. */
static inline bool deliverable(const struct portal *p)
{
    u64 w0 = __atomic_load_n(&p->sig.word[0], __ATOMIC_RELAXED);
    u64 w1 = __atomic_load_n(&p->sig.word[1], __ATOMIC_RELAXED);
    u64 process = __atomic_load_n(&gate_page->sig.pending, __ATOMIC_RELAXED);

    if (__builtin_expect(!((u32)(w0 | w1) | process), 1))
        return false;
    return (((u32)w0 | w1 << 32 | process) & (w0 >> 32 | (w1 & 0xFFFFFFFF00000000ull))) != 0;
}

bool rx_signal_deliverable(void)
{
    return deliverable(gate_self()->portal);
}

bool gate_leave(struct gate_thread *t)
{
    __asm__ volatile("" ::: "memory");
    if (--t->in_gate > 0)
        return false;
    if (__builtin_expect(!deliverable(t->portal), 1))
        return false;
    t->nudged = false;
    return signal_hook ? signal_hook(NULL) : false;
}

void gate_on_nudge(void *uctx)
{
    struct gate_thread *t = gate_self();

    if (t->in_gate) {
        u32 *word = t->wait_word;

        t->nudged = true;
        /* pairs: the thread reads the word before it sleeps on that value */
        if (word)
            __atomic_fetch_or(word, WAIT_NUDGE, __ATOMIC_SEQ_CST);
        return;
    }
    /* pairs: the kernel sets it before it nudges */
    if (__atomic_exchange_n(&gate_page->yield, 0, __ATOMIC_ACQUIRE))
        gate_call(SYS_YIELD, GATE_ARGS(0), NULL, NULL);
    if (signal_hook && deliverable(t->portal))
        signal_hook(uctx);
}

u32 gate_walk_stack(u64 bp, u64 sp, u64 *frames)
{
    u32 n = 0;

    while (n < FAULT_FRAMES && bp >= sp && bp - sp < (8u << 20) && bp % 8 == 0) {
        const u64 *f = (const u64 *)bp;

        if (f[1] == 0)
            break;
        frames[n++] = f[1];
        if (f[0] <= bp)
            break;
        bp = f[0];
    }
    return n;
}

/* What a process exits with that faults where the kernel cannot be asked: as by the signal. */
static u32 code_of(u32 kind)
{
    static const u8 signals[] = {[FAULT_ACCESS] = RX_SIGSEGV,
                                 [FAULT_BUS] = RX_SIGBUS,
                                 [FAULT_ARITHMETIC] = RX_SIGFPE,
                                 [FAULT_ILLEGAL] = RX_SIGILL,
                                 [FAULT_FORBIDDEN] = RX_SIGSYS};

    return 128u + (kind < sizeof(signals) && signals[kind] ? signals[kind] : RX_SIGTRAP);
}

/* A fault inside the gate's own call would find the portal in use: then there is no asking. */
void gate_on_fault(void *uctx)
{
    struct gate_thread *t = gate_self();
    struct portal *p = t->portal;
    i64 deliver;

    if (t->in_gate > 1)
        gate_die(code_of(p->fault.kind));
    t->in_gate = 0;
    deliver = gate_call(UMK_FAULT, GATE_ARGS(0), NULL, NULL);
    if (deliver <= 0)
        return;
    /* the handler's signal is synchronous: pending for this thread, and taken at once */
    __atomic_fetch_or(&p->sig.word[(deliver - 1) / 32], 1ull << ((deliver - 1) % 32),
                      __ATOMIC_SEQ_CST);
    if (signal_hook)
        signal_hook(uctx);
}

_Noreturn void rx_panic(const char *message)
{
    struct gate_thread *t = gate_self();
    struct fault_record *r = &t->portal->fault;
    u64 here = (u64)__builtin_frame_address(0);
    u32 n = 0;

    r->kind = FAULT_ABORT;
    r->ip = (u64)__builtin_return_address(0);
    r->sp = here;
    r->address = 0;
    for (; n < sizeof(r->message) - 1 && message[n]; n++)
        r->message[n] = message[n];
    r->message[n] = '\0';
    r->nframes = gate_walk_stack(*(const u64 *)here, here, r->frames);
    t->in_gate = 0;
    gate_call(UMK_FAULT, GATE_ARGS(0), NULL, NULL);
    gate_die(134);
}
