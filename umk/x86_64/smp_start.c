/*
 * The start of the other processors: INIT, and then SIPI with the page where they begin (Intel
 * manual, volume 3, "Multiple-processor initialization"). They come one after the other, each with
 * a stack of its own, through ap.S to here, and wait for the lock like any processor that enters
 * the kernel.
 */
#include "umk/core/core.h"
#include "umk/x86_64/apic.h"
#include "umk/x86_64/body.h"
#include "umk/x86_64/clock.h"
#include "umk/x86_64/kmap.h"
#include "umk/x86_64/smp.h"

#define INIT_NS 10000000ull       /* from INIT to SIPI */
#define AGAIN_NS 20000000ull      /* to the second SIPI, for processors that missed the first */
#define PATIENCE_NS 2000000000ull /* until a processor counts as broken */

extern const u8 ap_start[], ap_end[];
_Noreturn void ap_main(void);
/* For ap.S: the page table, and the stack of the one that is being started. Who takes that makes it
 * 0, so that one who comes too late finds none, and stops. */
extern u64 ap_root, ap_stack;
u64 ap_root, ap_stack;

static struct cpu *coming;
static u64 coming_spare;

_Noreturn void ap_main(void)
{
    struct cpu *c = coming;

    cpu_setup(c->id, c->stack, coming_spare);
    apic_init_this();
    __atomic_store_n(&c->online, true, __ATOMIC_RELEASE);
    kernel_enter();
    thread_next();
}

static bool comes_online(struct cpu *c, u64 ns)
{
    u64 end = clock_now() + ns;

    /* pairs: the release in ap_main: everything it set up is seen */
    while (!__atomic_load_n(&c->online, __ATOMIC_ACQUIRE))
        if (clock_now() > end)
            return false;
        else
            __builtin_ia32_pause();
    return true;
}

static bool start(u32 apic)
{
    struct cpu *c = &cpus[ncpus];
    u64 stack = kernel_stack(), spare = kernel_stack();

    if (!stack || !spare) {
        klog("too little memory for processor %u", ncpus);
        return false;
    }
    c->id = ncpus;
    c->apic = apic;
    c->stack = stack;
    coming = c;
    coming_spare = spare;
    __atomic_store_n(&ap_stack, stack, __ATOMIC_SEQ_CST);
    apic_send_startup(apic, AP_PAGE / PAGE_SIZE);
    if (comes_online(c, AGAIN_NS))
        return true;
    apic_send_startup(apic, AP_PAGE / PAGE_SIZE);
    /* without its stack it never gets as far; with it, it is on its way */
    if (comes_online(c, PATIENCE_NS) || __atomic_exchange_n(&ap_stack, 0, __ATOMIC_SEQ_CST) == 0)
        return comes_online(c, UINT64_MAX - clock_now());
    klog("the processor with APIC %u does not start", apic);
    return false;
}

void smp_start(const u32 *apics, u32 n, u32 limit)
{
    if (limit == 0 || limit > CPUS_MAX)
        limit = CPUS_MAX;
    if (n < 2 || limit < 2)
        return;
    if (!is_ram(AP_PAGE, AP_PAGE + PAGE_SIZE)) {
        klog("no memory where other processors could start: there is one");
        return;
    }
    ap_root = kmap_root();
    memcpy(direct(AP_PAGE), ap_start, (size_t)(ap_end - ap_start));
    for (u32 i = 0; i < n; i++)
        if (apics[i] != cpus[0].apic)
            apic_send_init(apics[i]);
    clock_wait(INIT_NS);
    for (u32 i = 0; i < n && ncpus < limit; i++)
        if (apics[i] != cpus[0].apic && start(apics[i]))
            ncpus++;
    memset(direct(AP_PAGE), 0, PAGE_SIZE);
}
