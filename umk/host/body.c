/*
 * Bodies: the Linux processes that the system's processes run in. Owns every struct host_body,
 * from body_start or body_fork to body_release.
 *
 * The process object holds what the kernel and the process share from the start: process page,
 * main portal, and the exec block. The process maps it at PROCESS_BASE.
 *
 * A body is confined unless a tool stands in for its program (wrap.c). Its host pid is ours
 * until we reap it, so a signal to it cannot hit a stranger.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "umk/abi/channel.h"
#include "umk/host/body.h"
#include "umk/host/driver.h"
#include "umk/host/paged.h"
#include "umk/host/ram.h"

#define PID_BUCKETS 256u
/* Deaths that arrive before the nursery's word that the process exists. */
#define EARLY_DEATHS 64u

static struct host_body *all;
static struct host_body *by_pid[PID_BUCKETS];
static u64 next_token = 1;

static struct early_death {
    pid_t pid;
    u32 signal, code;
} early[EARLY_DEATHS];
static u32 early_next;

struct host_body *body_first(void)
{
    return all;
}

struct host_body *body_by_pid(pid_t pid)
{
    struct host_body *h = by_pid[(u32)pid % PID_BUCKETS];

    while (h && h->pid != pid)
        h = h->next_pid;
    return h;
}

static void unlink_pid(struct host_body *h)
{
    struct host_body **p = &by_pid[(u32)h->pid % PID_BUCKETS];

    while (*p && *p != h)
        p = &(*p)->next_pid;
    if (*p)
        *p = h->next_pid;
}

bool body_poll(struct body *b)
{
    bool asked = paged_serve(b);

    return core_poll(b) || asked; /* may release the body: nothing of it is used after this */
}

static void bell_rang(struct watch *w, u32 events)
{
    struct host_body *h = CONTAINER(w, struct host_body, bell_watch);
    struct body *b = h->b;

    (void)events;
    /* A program can be quicker than the word that it has started, which the core hears first. */
    if (h->state != BODY_RUNNING) {
        paged_serve(b);
        h->rang_early = true;
        return;
    }
    if (__atomic_exchange_n(&b->page->crowded, 0, __ATOMIC_RELAXED))
        spread(h->pid, __atomic_load_n(&b->page->cpu, __ATOMIC_RELAXED));
    loop_active(b);
    body_poll(b);
}

static void drop(struct host_body *h)
{
    if (h->state == BODY_PREPARED)
        close(h->peer);
    if (h->base)
        munmap(h->base, h->base_len);
    if (h->control >= 0)
        close(h->control);
    if (h->bell >= 0)
        close(h->bell);
    if (h->loop_fd >= 0)
        close(h->loop_fd);
    if (h->loop_bell >= 0)
        close(h->loop_bell);
    if (h->image)
        exec_image_put(h->image);
    if (h->paged)
        paged_free(h->paged);
    free(h);
}

/* The process object, mapped; its descriptor in *fd. `more` bytes follow the portal. */
static i64 make_process_object(struct host_body *h, u64 more, int *fd)
{
    u64 size = (PAGE_SIZE + PORTAL_SIZE + more + PAGE_MASK) & ~(u64)PAGE_MASK;

    *fd = memory_file("umk-process", size);
    if (*fd < 0)
        return -ENOMEM;
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
    if (p == MAP_FAILED)
        return -ENOMEM;
    h->base = p;
    h->base_len = size;
    return 0;
}

static void fill_body(struct host_body *h, struct body *b)
{
    b->m = h;
    b->page = (struct proc_page *)(void *)h->base;
    b->portal[0] = (struct portal *)(void *)(h->base + PAGE_SIZE);
    b->portal_addr[0] = PROCESS_BASE + PAGE_SIZE;
    b->ctl_sent = 0;
    b->id = 0;
    /* Not in the list of those polled: it must ring. */
    b->page->kernel_need_ring = 1;
}

/* With emulated paging: the body's space, and where its pages are asked for. */
static i64 make_space(struct host_body *h, bool outside)
{
    void *page = outside ? NULL : h->base + PAGE_SIZE + PORTAL_SIZE;

    return paged_new(h, page, &h->paged);
}

static bool takes_part(const struct host_body *h)
{
    return h->paged && h->paged->page;
}

i64 body_make(struct body *b, const char *name, const void *block, u64 block_len, bool outside,
              int *peer)
{
    const bool paged = ram_emulated() && !outside;
    struct host_body *h = calloc(1, sizeof *h);
    int ends[2] = {-1, -1}, object = -1;
    struct ctl_message boot = {.kind = CTL_BOOT,
                               .number = paged ? BOOT_PAGED : 0,
                               .addr = PROCESS_BASE,
                               .boot_len = block_len};
    i64 r = -ENOMEM;

    if (!h)
        return -ENOMEM;
    h->b = b;
    h->control = h->bell = h->loop_fd = h->loop_bell = -1;
    h->bell_watch.ready = bell_rang;
    h->token = next_token++;
    snprintf(h->name, sizeof h->name, "%s", name);
    if (make_process_object(h, paged ? PAGE_SIZE : block_len, &object) ||
        (ram_emulated() && make_space(h, outside)))
        goto fail;
    if (!paged && block_len)
        memcpy(h->base + PAGE_SIZE + PORTAL_SIZE, block, block_len);
    h->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (h->bell < 0 || loop_add(h->bell, &h->bell_watch, EPOLLIN | EPOLLET))
        goto fail;
    r = control_pair(ends);
    if (r)
        goto fail;
    h->control = ends[0];
    fill_body(h, b);
    boot.len = h->base_len;
    r = control_send(h, &boot, (int[]){h->bell, object, time_page_fd(), ram_fd()}, paged ? 4 : 3);
    if (r)
        goto fail;
    close(object);
    h->next = all;
    all = h;
    *peer = ends[1];
    return 0;
fail:
    if (object >= 0)
        close(object);
    if (ends[1] >= 0)
        close(ends[1]);
    drop(h);
    b->m = NULL;
    b->page = NULL;
    b->portal[0] = NULL;
    return r;
}

/* A tool or a host file instead of the program. */
static i64 start_wrapped(struct host_body *h, const char *command)
{
    pid_t pid = wrap_start(command, h->image->path, h->name, h->peer);

    if (pid < 0)
        return pid;
    h->unconfined = true;
    log_text("%s runs unconfined, as: %s", h->name, command);
    body_know_pid(h, pid);
    body_report_start(h);
    return 0;
}

/* A driver of the host, which confines itself. */
static i64 start_driver(struct host_body *h)
{
    pid_t pid = driver_start(h->driver, h->image->path, h->peer);

    if (pid < 0)
        return pid;
    h->unconfined = true;
    log_text("%s is a driver of the host", h->name);
    body_know_pid(h, pid);
    body_report_start(h);
    return 0;
}

static i64 start_one(struct host_body *h)
{
    const char *command = wrap_find(h->name);

    if (h->stop_wanted)
        return -ECANCELED;
    if (h->driver[0])
        return start_driver(h);
    if (command)
        return start_wrapped(h, command);
    return nursery_spawn(h->token, h->name, h->peer, h->image->fd, kernel_debuggable());
}

/* Starts what the core asked for since the loop last came by. Not earlier: the core goes on
 * filling the shared pages after body_start, and the program must not be there before it. */
static void start_prepared(void)
{
    struct host_body *h = all;

    while (h) {
        if (h->state != BODY_PREPARED) {
            h = h->next;
            continue;
        }
        int peer = h->peer;
        h->state = BODY_STARTING;
        i64 r = start_one(h);
        close(peer);
        if (r) {
            h->peer = -1;
            body_fail(h, r);
        }
        h = all; /* the core may have released any of them */
    }
}

static i64 driver_image(struct host_body *h)
{
    char path[4200];
    i64 r = driver_path(h->driver, path, sizeof path);

    return r ? r : exec_image_from_file(path, &h->image);
}

i64 body_start(struct body *b, const struct body_image *image)
{
    const char *command = wrap_find(image->name);
    int peer;

    char driver[DRIVER_NAME_MAX] = "";

    if (image->privileged)
        driver_named(image, driver);
    i64 r = body_make(b, image->name, image->block, image->block_len, command || driver[0], &peer);
    if (r)
        return r;
    struct host_body *h = host_body(b);
    h->peer = peer;
    memcpy(h->driver, driver, sizeof h->driver);
    b->own_time = driver[0] != '\0';
    if (driver[0])
        r = driver_image(h);
    else if (command && command[0] == '@')
        r = exec_image_from_file(command + 1, &h->image);
    else
        r = exec_image_get(image, &h->image);
    if (!r && takes_part(h))
        r = paged_start(h->paged, h->image, image->block, image->block_len);
    if (r) {
        close(peer);
        body_release(b);
        return r;
    }
    /* the program maps the block privately, and its own data */
    h->slack = h->image->slack + ((image->block_len + PAGE_MASK) & ~(u64)PAGE_MASK);
    h->state = BODY_PREPARED;
    loop_defer(start_prepared);
    return 0;
}

static void apply_limit(const struct host_body *h)
{
    /* The soft limit suffices: a confined process has no call to raise it. */
    struct rlimit limit = {h->limit + h->slack, RLIM_INFINITY};

    /* all but the gate's own is RAM's; at its start the program's data is moved there */
    if (takes_part(h))
        limit.rlim_cur = PORTALS_MAX * PAGED_AREA_SIZE + 2 * h->slack;

    if (h->limit && !h->unconfined)
        prlimit(h->pid, RLIMIT_DATA, &limit, NULL);
}

void body_know_pid(struct host_body *h, pid_t pid)
{
    struct host_body **bucket = &by_pid[(u32)pid % PID_BUCKETS];

    h->pid = pid;
    h->b->id = (u32)pid;
    h->next_pid = *bucket;
    *bucket = h;
    h->state = BODY_RUNNING;
    apply_limit(h);
    if (h->stop_wanted)
        kill(pid, SIGKILL);
}

static struct host_body *by_token(u64 token)
{
    struct host_body *h = all;

    while (h && h->token != token)
        h = h->next;
    return h;
}

bool body_report_start(struct host_body *h)
{
    u64 token = h->token;

    core_body_started(h->b, 0);
    h = by_token(token);
    if (h && h->rang_early)
        bell_rang(&h->bell_watch, 0);
    return by_token(token) != NULL;
}

/* Failures are reported from the loop, as events must be. */
static void report_failures(void)
{
    struct host_body *h = all;

    while (h) {
        i64 error = h->pending_error;
        if (!error) {
            h = h->next;
            continue;
        }
        h->pending_error = 0;
        core_body_started(h->b, error);
        h = all; /* the core may have released any of them */
    }
}

void body_fail(struct host_body *h, i64 error)
{
    h->state = BODY_FAILED;
    h->pending_error = error;
    loop_defer(report_failures);
}

static void end_body(struct host_body *h, u32 signal, u32 code)
{
    unlink_pid(h);
    h->pid = 0;
    h->state = BODY_DEAD;
    body_parent_died(h);
    if (signal && !h->stop_wanted && !h->fault_reported)
        report_death(h, signal);
    core_body_died(h->b, signal, code);
}

void body_spawned(u64 token, i64 pid)
{
    struct host_body *h = by_token(token);

    if (!h)
        return;
    if (pid < 0) {
        h->state = BODY_FAILED;
        core_body_started(h->b, pid);
        return;
    }
    body_know_pid(h, (pid_t)pid);
    bool there = body_report_start(h);
    for (u32 i = 0; i < EARLY_DEATHS; i++) {
        if (early[i].pid != pid)
            continue;
        early[i].pid = 0;
        if (there)
            end_body(h, early[i].signal, early[i].code);
        return;
    }
}

void body_nursery_died(void)
{
    for (struct host_body *h = all; h; h = h->next) {
        if (h->state == BODY_STARTING)
            body_fail(h, -EIO);
    }
}

void body_reaped(pid_t pid, u32 signal, u32 code, u64 cpu_ns)
{
    struct host_body *h = body_by_pid(pid);

    if (h) {
        h->cpu_ns = cpu_ns;
        end_body(h, signal, code);
    } else if (nursery_pending()) {
        early[early_next] = (struct early_death){pid, signal, code};
        early_next = (early_next + 1) % EARLY_DEATHS;
    }
}

void body_kill(struct body *b)
{
    struct host_body *h = host_body(b);

    h->stop_wanted = true;
    if (h->state == BODY_RUNNING)
        kill(h->pid, SIGKILL);
    else if (h->state == BODY_GRANTED)
        body_fail(h, -ECANCELED);
}

void body_release(struct body *b)
{
    struct host_body *h = host_body(b), **p = &all;

    if (!h)
        return; /* its start failed at once */
    while (*p != h)
        p = &(*p)->next;
    *p = h->next;
    loop_forget(b);
    loop_remove(h->bell, &h->bell_watch);
    if (h->control_watch.ready)
        loop_remove(h->control, &h->control_watch);
    body_forget_parent(h);
    if (h->pid) {
        kill(h->pid, SIGKILL);
        unlink_pid(h);
    }
    for (u32 n = 1; n < PORTALS_MAX; n++) {
        if (b->portal[n])
            portal_remove(b, n);
    }
    drop(h);
    b->m = NULL;
    b->page = NULL;
    b->portal[0] = NULL;
}

i64 portal_add(struct body *b, u32 n, const struct thread_begin *begin)
{
    struct host_body *h = host_body(b);
    struct ctl_message m = {
        .kind = CTL_PORTAL, .number = n, .addr = b->portal_addr[n], .len = PORTAL_SIZE};

    int fd = memory_file("umk-portal", PORTAL_SIZE);
    if (fd < 0)
        return -ENOMEM;
    void *p = mmap(NULL, PORTAL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    i64 r = p == MAP_FAILED ? -ENOMEM : control_send(h, &m, &fd, 1);
    close(fd);
    if (r) {
        if (p != MAP_FAILED)
            munmap(p, PORTAL_SIZE);
        return r;
    }
    b->portal[n] = p;
    h->threads_granted += begin != NULL;
    return 0;
}

void portal_remove(struct body *b, u32 n)
{
    munmap(b->portal[n], PORTAL_SIZE);
    b->portal[n] = NULL;
    b->portal_addr[n] = 0;
}

i64 body_limit(struct body *b, u64 bytes)
{
    struct host_body *h = host_body(b);

    h->limit = bytes;
    if (h->state == BODY_RUNNING)
        apply_limit(h);
    return 0;
}

void body_stop(struct body *b, bool stopped)
{
    const struct host_body *h = host_body(b);

    if (h->state == BODY_RUNNING)
        kill(h->pid, stopped ? SIGSTOP : SIGCONT);
}

i32 body_thread_number(const struct body *b, u32 portal)
{
    i32 tid = (i32)__atomic_load_n(&b->portal[portal]->host_tid, __ATOMIC_RELAXED);

    /* the main thread's number is the process's */
    return tid == 0 && portal == 0 ? host_body(b)->pid : tid;
}

void body_nudge(struct body *b, u32 portal)
{
    const struct host_body *h = host_body(b);
    i32 tid = body_thread_number(b, portal);

    /* The word is the process's own: with its pid the signal can reach its own threads only. */
    if (h->state == BODY_RUNNING && tid > 0)
        syscall(SYS_tgkill, h->pid, tid, HOST_SIG_NUDGE);
}

void body_reply(struct body *b, u32 n)
{
    u32 *state = &b->portal[n]->state;

    /* Releases result, ret and payload to the thread's acquire of the state; its
     * compare-and-swap of WAIT_SLEEPING either comes before, and is seen here, or fails. */
    u32 old = __atomic_exchange_n(state, WAIT_DONE, __ATOMIC_ACQ_REL);
    if (old & WAIT_SLEEPING)
        syscall(SYS_futex, state, FUTEX_WAKE, 1, NULL, NULL, 0);
}

void body_wake(u32 *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

void body_kill_all(void)
{
    for (struct host_body *h = all; h; h = h->next) {
        if (h->pid)
            kill(h->pid, SIGKILL);
    }
    if (nursery_pid() > 0)
        kill(-nursery_pid(), SIGKILL);
}
