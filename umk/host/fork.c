/*
 * Forks. The core grants a child; its parent clones itself, which the clone gate lets through
 * once per grant; the child says so on its own control socket, and the credentials of that
 * message, which Linux attaches, are how its host pid is known.
 *
 * A child that has not checked in a second after the clone has failed, and what was cloned is
 * killed; unless Linux has not let it run (strays.c), which earns it another second.
 */
#define _GNU_SOURCE
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "umk/host/body.h"
#include "umk/host/paged.h"

#define GRANT_NS (60 * NS_PER_S)  /* for the parent to clone itself; it says when it cannot */
#define CHECKIN_NS NS_PER_S       /* from there to the child's word */
#define TICKS_NS (20 * NS_PER_MS) /* Linux tells a process's age in hundredths of a second */
#define DEBUG_NS (60 * NS_PER_S)  /* somebody may be stepping through the fork */

static u64 stray_deadline; /* when to look for clones that belong to nobody; 0: never */

static bool is_our_child(pid_t pid)
{
    siginfo_t info;

    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static void stop_listening(struct host_body *h)
{
    if (!h->control_watch.ready)
        return;
    loop_remove(h->control, &h->control_watch);
    h->control_watch.ready = NULL;
}

static u64 patience(u64 ns)
{
    return kernel_debuggable() && ns < DEBUG_NS ? DEBUG_NS : ns;
}

static void expect_within(struct host_body *h, u64 ns)
{
    h->deadline = time_now() + patience(ns);
    timer_host(h->deadline);
}

/* The child will not come any more. */
static void fail_start(struct host_body *h, i64 error)
{
    stop_listening(h);
    h->parent = NULL;
    body_fail(h, error);
}

/* The child's first word. True when it was there, good or bad. */
static bool check_in(struct host_body *h)
{
    pid_t pid = control_checkin(h->control);

    if (!pid)
        return false;
    if (pid < 0 || body_by_pid(pid) || !is_our_child(pid)) {
        stray_deadline = time_now();
        timer_host(stray_deadline);
        fail_start(h, -EPERM);
        return true;
    }
    stop_listening(h);
    h->parent = NULL;
    body_know_pid(h, pid);
    body_report_start(h);
    return true;
}

static void child_spoke(struct watch *w, u32 events)
{
    (void)events;
    check_in(CONTAINER(w, struct host_body, control_watch));
}

void body_checkins(void)
{
    struct host_body *h = body_first();

    while (h) {
        if (h->state == BODY_CLONED && check_in(h))
            h = body_first(); /* the core may have released any of them */
        else
            h = h->next;
    }
}

i64 body_fork(struct body *parent, u32 parent_portal, struct body *child)
{
    struct host_body *p = host_body(parent);
    struct ctl_message m = {.kind = CTL_FORK, .number = parent_portal};
    int peer;

    if (p->unconfined)
        return -EOPNOTSUPP;
    i64 r = body_make(child, p->name, NULL, 0, false, &peer);
    if (r)
        return r;
    struct host_body *h = host_body(child);
    h->state = BODY_GRANTED;
    h->parent = p;
    h->limit = p->limit;
    h->slack = p->slack;
    if (h->paged && (r = paged_fork(p->paged, h->paged))) {
        close(peer);
        body_release(child);
        return r;
    }
    if (p->image) {
        h->image = p->image;
        h->image->refs++;
    }
    h->control_watch.ready = child_spoke;
    r = loop_add(h->control, &h->control_watch, EPOLLIN);
    if (r)
        h->control_watch.ready = NULL;
    else
        r = control_send(p, &m, &peer, 1);
    close(peer);
    if (r) {
        body_release(child);
        return r;
    }
    expect_within(h, GRANT_NS);
    return 0;
}

void body_cloned(struct host_body *h)
{
    h->state = BODY_CLONED;
    expect_within(h, CHECKIN_NS + TICKS_NS);
}

void body_parent_died(struct host_body *parent)
{
    for (struct host_body *h = body_first(); h; h = h->next) {
        if (h->parent != parent)
            continue;
        h->parent = NULL;
        if (h->state == BODY_GRANTED)
            fail_start(h, -ECANCELED);
    }
}

void body_forget_parent(struct host_body *h)
{
    for (struct host_body *c = body_first(); c; c = c->next) {
        if (c->parent == h)
            c->parent = NULL;
    }
}

/* Fails the grants that were not used, and says whether clones have not checked in in time. */
static bool look_at_deadlines(u64 now)
{
    bool late = false;

    for (struct host_body *h = body_first(); h; h = h->next) {
        if (h->state != BODY_GRANTED && h->state != BODY_CLONED)
            continue;
        if (h->deadline > now) {
            timer_host(h->deadline);
        } else if (h->state == BODY_CLONED) {
            late = true;
        } else {
            fail_start(h, -ETIMEDOUT);
        }
    }
    return late;
}

void body_deadlines(u64 now)
{
    /* What was said in time counts, however late the kernel itself comes to hear it. */
    body_checkins();
    bool late = look_at_deadlines(now);
    if (!late && (!stray_deadline || stray_deadline > now))
        return;
    /* Programs that the nursery is starting look like strays. */
    if (nursery_pending()) {
        timer_host(now + 20 * NS_PER_MS);
        return;
    }
    struct strays left = strays_end(patience(CHECKIN_NS));
    stray_deadline = left.young || left.starved ? now + patience(CHECKIN_NS) : 0;
    if (stray_deadline)
        timer_host(stray_deadline);
    for (struct host_body *h = body_first(); h; h = h->next) {
        if (h->state != BODY_CLONED || h->deadline > now)
            continue;
        /* Any of those that could not run may be its process. */
        if (left.starved)
            expect_within(h, CHECKIN_NS + TICKS_NS);
        else
            fail_start(h, -ETIMEDOUT);
    }
}
