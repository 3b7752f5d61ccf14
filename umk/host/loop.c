/*
 * The idle point of the kernel process: one epoll instance, and the short list of bodies that
 * were active lately.
 *
 * Every body is armed (proc_page.kernel_need_ring is set) except while spin() polls the list.
 * Bells are edge-triggered and never read, so a call costs the kernel one epoll_wait and, when
 * the caller sleeps, one futex wake. Spinning happens only for callers that last ran on another
 * CPU, for as long as it has paid lately; on one CPU it would take the time the caller needs.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "umk/host/host.h"

#define BATCH 32
#define ACTIVE_MAX 8u
/* More than Linux takes to wake a sleeper on another CPU (25 to 35 us in a virtual machine): a
 * caller that slept once would otherwise never be back while the kernel still looks. */
#define SPIN_MAX_NS 50000u
#define SPIN_MIN_NS 1000u
#define SPIN_ROUND_NS 100000u /* after this long other bells and signals are looked at */
#define SPIN_RETRY 16u        /* busy periods without spinning after it stopped paying */
#define DEFER_MAX 4u

static int epoll_fd = -1;
static bool quit;
static struct epoll_event batch[BATCH];
static int batch_len;

static struct body *active[ACTIVE_MAX];
static u32 nactive;

static u64 spin_budget = SPIN_MAX_NS;
static u32 spin_skips;

static void (*deferred[DEFER_MAX])(void);
static u32 ndeferred;

i64 loop_open(void)
{
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return epoll_fd < 0 ? -errno : 0;
}

i64 loop_add(int fd, struct watch *w, u32 events)
{
    struct epoll_event e = {.events = events, .data.ptr = w};

    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e) < 0 ? -errno : 0;
}

i64 loop_modify(int fd, struct watch *w, u32 events)
{
    struct epoll_event e = {.events = events, .data.ptr = w};

    return epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &e) < 0 ? -errno : 0;
}

void loop_remove(int fd, struct watch *w)
{
    epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL);
    for (int i = 0; i < batch_len; i++) {
        if (batch[i].data.ptr == w)
            batch[i].data.ptr = NULL;
    }
}

void loop_quit(void)
{
    quit = true;
}

void loop_active(struct body *b)
{
    for (u32 i = 0; i < nactive; i++) {
        if (active[i] == b)
            return;
    }
    if (nactive < ACTIVE_MAX)
        active[nactive++] = b;
}

void loop_forget(const struct body *b)
{
    for (u32 i = 0; i < nactive; i++) {
        if (active[i] == b) {
            active[i] = active[--nactive];
            return;
        }
    }
}

void loop_defer(void (*fn)(void))
{
    for (u32 i = 0; i < ndeferred; i++) {
        if (deferred[i] == fn)
            return;
    }
    if (ndeferred < DEFER_MAX)
        deferred[ndeferred++] = fn;
}

static void run_deferred(void)
{
    while (ndeferred) {
        void (*fn)(void) = deferred[--ndeferred];
        fn();
    }
}

/* A poll may release the body, or others: the list is looked at afresh each time. */
static bool poll_active(void)
{
    bool any = false;

    for (u32 i = 0; i < nactive; i++)
        any |= body_poll(active[i]);
    return any;
}

/* A process was rung since the last sleep: what comes next is its answer, and it can use the
 * processor better than a kernel that looks for it. */
static bool rang;

void loop_note_ring(void)
{
    rang = true;
}

static bool worth_spinning(void)
{
    u32 cpu = time_cpu();

    if (rang)
        return false;
    for (u32 i = 0; i < nactive; i++) {
        if (__atomic_load_n(&active[i]->page->cpu, __ATOMIC_RELAXED) == cpu)
            continue;
        if (spin_budget >= SPIN_MIN_NS)
            return true;
        if (++spin_skips < SPIN_RETRY)
            return false;
        spin_skips = 0;
        spin_budget = SPIN_MAX_NS;
        return true;
    }
    return false;
}

/* Polls the active list until nothing comes for a while. True: there may be more, do not sleep. */
static bool spin(void)
{
    u64 start = time_now(), last = start, now = start;
    bool paid = false;

    for (u32 i = 0; i < nactive; i++)
        core_disarm(active[i]);
    while (now - last < spin_budget && now - start < SPIN_ROUND_NS && !quit && !rang) {
        if (poll_active()) {
            last = now;
            paid = true;
        } else {
            __builtin_ia32_pause();
        }
        now = time_now();
    }
    if (paid)
        spin_budget = spin_budget * 2 > SPIN_MAX_NS ? SPIN_MAX_NS : spin_budget * 2;
    else
        spin_budget /= 2;
    bool more = false;
    for (u32 i = 0; i < nactive; i++)
        more |= core_arm(active[i]);
    return more || now - start >= SPIN_ROUND_NS;
}

static void dispatch(int n)
{
    batch_len = n;
    for (int i = 0; i < n; i++) {
        struct watch *w = batch[i].data.ptr;
        if (w)
            w->ready(w, batch[i].events);
    }
    batch_len = 0;
}

void loop_run(void)
{
    bool more = false;

    while (!quit) {
        run_deferred();
        if (more)
            poll_active();
        more = nactive && worth_spinning() && spin();
        if (!more)
            nactive = 0;
        if (quit)
            break;
        timer_program();
        time_refine();
        int n = epoll_wait(epoll_fd, batch, BATCH, more || ndeferred ? 0 : -1);
        rang = false;
        dispatch(n);
    }
}
