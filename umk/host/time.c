/*
 * The clock. Owns the kernel page, which every process maps read-only: from it a program
 * reads the time without a call.
 *
 * The scale of the time stamp counter is measured for a millisecond at start and better on
 * later wake-ups; no timer runs for that. The clock never jumps back: a new base is at least
 * what the old scale gives for the same instant.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "umk/host/host.h"

#define RDTSCP_CPU_MASK 0xFFFu /* the rest of the auxiliary word is the NUMA node */

static struct kernel_page *page;
static int page_ro_fd = -1;
static bool tsc_usable;
static bool have_rdtscp;

/* The first measured pair: every later measurement spans from here. */
static u64 first_tsc, first_ns;
static u64 next_refine_tsc;
static u32 refinements;

static int clock_set_fd = -1; /* becomes readable when somebody sets the host's clock */
static struct watch clock_set_watch;

static u64 host_clock(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return (u64)ts.tv_sec * NS_PER_S + (u64)ts.tv_nsec;
}

static u64 scale(u64 ticks, u64 mult)
{
    return (u64)(((unsigned __int128)ticks * mult) >> 32);
}

/* Counter and clock at the same instant, as exactly as a few tries allow. */
static void measure(u64 *tsc, u64 *ns)
{
    u64 best = UINT64_MAX;

    for (int i = 0; i < 5; i++) {
        u64 before = __rdtsc();
        u64 t = host_clock(CLOCK_MONOTONIC);
        u64 after = __rdtsc();
        if (after - before < best) {
            best = after - before;
            *tsc = before + (after - before) / 2;
            *ns = t;
        }
    }
}

/* The kernel's choice of clock source tells whether it found the counter stable. */
static bool host_trusts_tsc(void)
{
    unsigned eax, ebx, ecx, edx;
    char source[32] = "";

    if (!__get_cpuid(0x80000007u, &eax, &ebx, &ecx, &edx) || !(edx & (1u << 8)))
        return false;
    FILE *f = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");
    if (!f)
        return false;
    if (!fgets(source, sizeof source, f))
        source[0] = 0;
    fclose(f);
    return !strncmp(source, "tsc", 3) || !strncmp(source, "kvm-clock", 9) ||
           !strncmp(source, "hyperv_clocksource_tsc_page", 27);
}

static void publish(u64 tsc_base, u64 mono_base, u64 real_offset, u64 mult)
{
    u32 seq = page->seq;

    __atomic_store_n(&page->seq, seq + 1, __ATOMIC_RELAXED);
    /* pairs with the reader's second look at seq */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    __atomic_store_n(&page->tsc_base, tsc_base, __ATOMIC_RELAXED);
    __atomic_store_n(&page->mono_base_ns, mono_base, __ATOMIC_RELAXED);
    __atomic_store_n(&page->real_offset_ns, real_offset, __ATOMIC_RELAXED);
    __atomic_store_n(&page->mult, mult, __ATOMIC_RELAXED);
    __atomic_store_n(&page->seq, seq + 2, __ATOMIC_RELEASE);
}

static u64 mult_of(u64 ticks, u64 ns)
{
    return (u64)(((unsigned __int128)ns << 32) / ticks);
}

static u64 ticks_of(u64 ns)
{
    return (u64)(((unsigned __int128)ns << 32) / page->mult);
}

static void calibrate(void)
{
    u64 tsc, ns;

    measure(&first_tsc, &first_ns);
    do
        measure(&tsc, &ns);
    while (ns - first_ns < NS_PER_MS);
    u64 real = host_clock(CLOCK_REALTIME);
    publish(tsc, ns, real - ns, mult_of(tsc - first_tsc, ns - first_ns));
    next_refine_tsc = tsc + ticks_of(100 * NS_PER_MS);
}

static void clock_was_set(struct watch *w, u32 events);

/* A timer far away that is cancelled by a change of the host's clock: no periodic wake-up. */
static void watch_clock_set(void)
{
    struct itimerspec far = {.it_value.tv_sec = INT64_MAX / 4 / (i64)NS_PER_S};

    timerfd_settime(clock_set_fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, NULL);
}

static void clock_was_set(struct watch *w, u32 events)
{
    u64 count;

    (void)w;
    (void)events;
    if (read(clock_set_fd, &count, sizeof count) < 0 && errno != ECANCELED)
        return;
    u64 now = time_now();
    publish(page->tsc_base, page->mono_base_ns, host_clock(CLOCK_REALTIME) - now, page->mult);
    watch_clock_set();
}

i64 time_open(void)
{
    unsigned eax, ebx, ecx, edx;
    int fd = memory_file("umk-kernel-page", PAGE_SIZE);

    if (fd < 0)
        return fd;
    page_ro_fd = memory_file_readonly(fd);
    void *p = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (page_ro_fd < 0 || p == MAP_FAILED)
        return -ENOMEM;
    page = p;
    page->cpus = spread_init();
    tsc_usable = host_trusts_tsc();
    have_rdtscp = __get_cpuid(0x80000001u, &eax, &ebx, &ecx, &edx) && (edx & (1u << 27));
    page->ask_kernel = !tsc_usable;
    if (tsc_usable) {
        calibrate();
    } else {
        u64 mono = host_clock(CLOCK_MONOTONIC);
        publish(0, mono, host_clock(CLOCK_REALTIME) - mono, 0);
    }
    clock_set_fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (clock_set_fd >= 0) {
        clock_set_watch.ready = clock_was_set;
        loop_add(clock_set_fd, &clock_set_watch, EPOLLIN);
        watch_clock_set();
    }
    return 0;
}

bool time_usable(void)
{
    return tsc_usable;
}

int time_page_fd(void)
{
    return page_ro_fd;
}

u64 time_now(void)
{
    if (!tsc_usable)
        return host_clock(CLOCK_MONOTONIC);
    return page->mono_base_ns + scale(__rdtsc() - page->tsc_base, page->mult);
}

u64 time_real_offset(void)
{
    return page->real_offset_ns;
}

void time_refine(void)
{
    u64 tsc, ns;

    if (!tsc_usable || __rdtsc() < next_refine_tsc)
        return;
    measure(&tsc, &ns);
    u64 old = page->mono_base_ns + scale(tsc - page->tsc_base, page->mult);
    u64 mult = mult_of(tsc - first_tsc, ns - first_ns);
    u64 mono = old > ns ? old : ns;
    publish(tsc, mono, host_clock(CLOCK_REALTIME) - mono, mult);
    refinements++;
    u64 wait = refinements == 1 ? NS_PER_S : refinements == 2 ? 10 * NS_PER_S : 60 * NS_PER_S;
    next_refine_tsc = tsc + ticks_of(wait);
}

u32 time_cpu(void)
{
    unsigned aux = 0;
    u32 cpu;

    if (have_rdtscp) {
        __rdtscp(&aux);
        cpu = aux & RDTSCP_CPU_MASK;
    } else {
        cpu = (u32)sched_getcpu();
    }
    if (page->kernel_cpu != cpu)
        __atomic_store_n(&page->kernel_cpu, cpu, __ATOMIC_RELAXED);
    return cpu;
}
