/*
 * Forks. The core grants a child; its parent clones itself, which the clone gate lets through
 * once per grant; the child says so on its own control socket, and the credentials of that
 * message, which Linux attaches, are how its host pid is known.
 *
 * A child that has not checked in a second after the clone has failed, and what was cloned is
 * killed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "umk/host/body.h"
#include "umk/host/paged.h"

#define GRANT_NS (5 * NS_PER_S)  /* for the parent to clone itself */
#define CHECKIN_NS NS_PER_S      /* from there to the child's word */
#define DEBUG_NS (60 * NS_PER_S) /* somebody may be stepping through the fork */

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

/* The child's first word. True when it was there, good or bad. */
static bool check_in(struct host_body *h)
{
    pid_t pid = control_checkin(h->control);

    if (!pid)
        return false;
    stop_listening(h);
    h->parent = NULL;
    if (pid < 0 || body_by_pid(pid) || !is_our_child(pid)) {
        stray_deadline = time_now();
        timer_host(stray_deadline);
        body_fail(h, -EPERM);
        return true;
    }
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

static void expect_within(struct host_body *h, u64 ns)
{
    h->deadline = time_now() + (kernel_debuggable() ? DEBUG_NS : ns);
    timer_host(h->deadline);
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
    expect_within(h, CHECKIN_NS);
}

void body_parent_died(struct host_body *parent)
{
    for (struct host_body *h = body_first(); h; h = h->next) {
        if (h->parent != parent)
            continue;
        h->parent = NULL;
        if (h->state == BODY_GRANTED) {
            stop_listening(h);
            body_fail(h, -ECANCELED);
        }
    }
}

void body_forget_parent(struct host_body *h)
{
    for (struct host_body *c = body_first(); c; c = c->next) {
        if (c->parent == h)
            c->parent = NULL;
    }
}

/* The parent of a host process, from /proc/PID/stat. */
static pid_t parent_of(pid_t pid)
{
    char path[32], line[256];

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    size_t n = fread(line, 1, sizeof line - 1, f);
    fclose(f);
    line[n] = 0;
    const char *p = strrchr(line, ')'); /* the name before it may hold anything */
    int ppid = 0;
    return p && sscanf(p + 1, " %*c %d", &ppid) == 1 ? ppid : 0;
}

/* Kills children of ours that are nobody's body. */
static void kill_strays(void)
{
    DIR *d = opendir("/proc");

    if (!d)
        return;
    for (const struct dirent *e; (e = readdir(d));) {
        pid_t pid = atoi(e->d_name);
        if (pid <= 0 || pid == nursery_pid() || body_by_pid(pid) || parent_of(pid) != getpid())
            continue;
        /* The reports' and the debuggers' tools are ours too, but not of the nursery's session. */
        if (getsid(pid) == nursery_pid()) {
            log_text("killed host process %d: cloned, but never checked in", (int)pid);
            kill(pid, SIGKILL);
        }
    }
    closedir(d);
}

void body_deadlines(u64 now)
{
    for (struct host_body *h = body_first(); h; h = h->next) {
        if (h->state != BODY_GRANTED && h->state != BODY_CLONED)
            continue;
        if (h->deadline > now) {
            timer_host(h->deadline);
            continue;
        }
        if (h->state == BODY_CLONED)
            stray_deadline = now;
        stop_listening(h);
        h->parent = NULL;
        body_fail(h, -ETIMEDOUT);
    }
    if (!stray_deadline)
        return;
    /* Programs that the nursery is starting look like strays. */
    if (nursery_pending()) {
        timer_host(now + 20 * NS_PER_MS);
        return;
    }
    stray_deadline = 0;
    kill_strays();
}
