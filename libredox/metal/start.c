/* Start of a program on bare hardware, and what the machine does for the gate there. */
#include "metal.h"
#include "umk/abi/program.h"

#define FAULT_STACK 16384u

u32 metal_xsave_size;
static char fault_stack[FAULT_STACK] __attribute__((aligned(64)));

void metal_set_self(struct gate_thread *t)
{
    t->self = t;
    t->portal->fs_base = (u64)t->tls;
    t->portal->gs_base = (u64)t;
    metal_process(METAL_PROCESS_BASES);
}

/* The word that is to be notified, with whatever system call comes next. */
static u64 take_due(struct gate_thread *t)
{
    u64 due = t->due;

    t->due = 0;
    return due;
}

static void own_call(struct gate_thread *t)
{
    metal_call(METAL_PROCESS, METAL_PROCESS_OWN, 0, take_due(t));
}

static u32 kernel_cpu(void)
{
    return gate_cpu();
}

static void sleep(u32 *word, u32 value)
{
    struct gate_thread *t = gate_self();
    u64 name = gate_word_of(word);

    if (name == WORD_LOOP) {
        metal_process(0); /* the state of a call under way */
        return;
    }
    metal_call(METAL_WAIT, name, value, take_due(t));
}

static void wake(u32 *word)
{
    metal_call(METAL_NOTIFY, gate_word_of(word), 0, 0);
}

static void settle(void)
{
    u64 due = take_due(gate_self());

    if (due)
        metal_call(METAL_NOTIFY, due, 0, 0);
}

/* One at a time can be put off. */
static void notify_soon(u64 word)
{
    settle();
    gate_self()->due = word;
}

/* A server's answer goes with its wait for the next request. */
static void wake_soon(u32 *word)
{
    notify_soon(gate_word_of(word));
}

/* The ring goes with the wait for the answer, which comes next: when that finds its answer there,
 * the server was awake all the while. With several requests under way the server begins at once. */
static void ring_server(u32 n)
{
    notify_soon(WORD(WORD_SERVER, n, 0));
}

static u32 loop_wait(i32 timeout_ms, u32 *which, u32 max)
{
    u32 n = gate_take_rung(which, max);

    if (n > 0)
        return n;
    metal_call(METAL_WAIT, WORD_LOOP, timeout_ms < 0 ? UINT64_MAX : (u64)timeout_ms,
               take_due(gate_self()));
    return gate_take_rung(which, max);
}

static void drop_channel(void *header)
{
    gate_call(UMK_CHANNEL_DROP, GATE_ARGS(gate_server_number(header)), NULL, NULL);
}

static void yield(void)
{
    gate_call(SYS_YIELD, GATE_ARGS(0), NULL, NULL);
}

/* The kernel maps what it shares by itself. */
static void control(u32 seq)
{
    (void)seq;
}

static void crowded(void)
{
}

static void set_tls(void *fs_base)
{
    struct gate_thread *t = gate_self();

    t->tls = fs_base;
    metal_set_self(t);
}

/* A fault while upcalls are inhibited is the end. */
static void die(u32 code)
{
    struct sig_control *s = &gate_self()->portal->sig;

    (void)code;
    __atomic_store_n(&s->control_flags, s->control_flags | SIGCTL_INHIBIT, __ATOMIC_SEQ_CST);
    __builtin_trap();
}

static const struct gate_machine metal_machine = {
    .own_call = own_call,
    .ring_kernel = metal_ring_kernel,
    .kernel_cpu = kernel_cpu,
    .sleep = sleep,
    .wake = wake,
    .wake_soon = wake_soon,
    .settle = settle,
    .yield = yield,
    .control = control,
    .crowded = crowded,
    .ring_server = ring_server,
    .drop_channel = drop_channel,
    .loop_wait = loop_wait,
    .set_tls = set_tls,
    .fork = metal_fork,
    .thread_create = metal_thread_create,
    .thread_exit = metal_thread_exit,
    .die = die,
};

/* Called by entry.S with everything saved. */
void metal_upcall(bool fault);

void metal_upcall(bool fault)
{
    if (fault)
        gate_on_fault(NULL);
    else
        gate_on_nudge(NULL);
}

/* The size of what xsave saves, where the kernel has switched it on. */
static u32 xsave_size(void)
{
    u32 a = 1, b, c = 0, d;

    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    if (!(c & 1u << 27))
        return 0;
    a = 0xD;
    c = 0;
    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return b;
}

static u64 aux(const u64 *auxv, u64 type)
{
    for (; auxv[0]; auxv += 2)
        if (auxv[0] == type)
            return auxv[1];
    return 0;
}

void metal_upcalls_init(void)
{
    struct gate_thread *t = &gate_threads[0];

    t->fault_low = (u64)fault_stack;
    t->fault_top = (u64)fault_stack + FAULT_STACK;
    metal_xsave_size = xsave_size();
    gate_page->upcall_nudge = (u64)metal_on_nudge;
    gate_page->upcall_fault = (u64)metal_on_fault;
}

void metal_attach(const u64 *auxv)
{
    struct gate_thread *t = &gate_threads[0];

    gate_machine = &metal_machine;
    gate_page = (struct proc_page *)aux(auxv, AT_UMK_PROCESS);
    if (!gate_page) /* every program is given one; without it nothing can be said to the kernel */
        __builtin_trap();
    t->portal = (struct portal *)((u8 *)gate_page + PAGE_SIZE);
    metal_set_self(t);
    metal_upcalls_init();
    gate_read_start((struct exec_block *)((u8 *)t->portal + PORTAL_SIZE), aux(auxv, AT_UMK_BLOCK),
                    auxv);
}
