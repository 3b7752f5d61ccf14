/*
 * The gate before clone: programs' clones stop here (filter.c) until the kernel process lets
 * them go on. One passes for each fork or thread that the core has granted; any other gets EPERM.
 *
 * What is checked are register values, which the caller cannot change while it waits.
 */
#define _GNU_SOURCE
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "umk/host/body.h"

struct listener {
    struct watch watch;
    int fd;
};

/* The process of a thread that is not its first. */
static pid_t process_of(pid_t tid)
{
    char path[40], line[128];
    int tgid = 0;

    snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    while (!tgid && fgets(line, sizeof line, f)) {
        if (sscanf(line, "Tgid: %d", &tgid) == 1)
            break;
    }
    fclose(f);
    return tgid;
}

/* The oldest child that this parent may still clone. */
static struct host_body *granted_child(const struct host_body *parent)
{
    struct host_body *oldest = NULL;

    for (struct host_body *h = body_first(); h; h = h->next) {
        if (h->parent == parent && h->state == BODY_GRANTED)
            oldest = h;
    }
    return oldest;
}

static i32 judge(const struct seccomp_notif *n, struct host_body **parent, struct host_body **child)
{
    u64 flags = n->data.args[0];

    *parent = body_by_pid((pid_t)n->pid);
    if (!*parent)
        *parent = body_by_pid(process_of((pid_t)n->pid));
    if (!*parent)
        return -EPERM;
    if (filter_is_thread(flags))
        return (*parent)->threads_granted ? 0 : -EPERM;
    if (!filter_is_fork(flags))
        return -EPERM;
    *child = granted_child(*parent);
    return *child ? 0 : -EPERM;
}

static void clone_asked(struct watch *w, u32 events)
{
    struct listener *l = CONTAINER(w, struct listener, watch);
    struct seccomp_notif n;
    struct host_body *parent = NULL, *child = NULL;

    if (!(events & EPOLLIN)) {
        /* all that ran under this filter is gone */
        loop_remove(l->fd, &l->watch);
        close(l->fd);
        free(l);
        return;
    }
    memset(&n, 0, sizeof n);
    if (ioctl(l->fd, SECCOMP_IOCTL_NOTIF_RECV, &n) < 0)
        return; /* the caller was killed or interrupted meanwhile */
    i32 error = judge(&n, &parent, &child);
    struct seccomp_notif_resp answer = {
        .id = n.id, .error = error, .flags = error ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    if (error)
        log_text("%s (host process %u): a clone that was not granted, flags %llx",
                 parent ? parent->name : "unknown program", n.pid,
                 (unsigned long long)n.data.args[0]);
    /* The child may check in as soon as the answer is given: it is expected from here on. */
    if (child)
        body_cloned(child);
    if (!error && !child)
        parent->threads_granted--;
    if (ioctl(l->fd, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0 || error)
        return;
    /* A signal took the caller out of the call; it will ask again. */
    if (child)
        child->state = BODY_GRANTED;
    else
        parent->threads_granted++;
}

i64 clone_gate_open(int listener)
{
    struct listener *l = calloc(1, sizeof *l);

    if (!l) {
        close(listener);
        return -ENOMEM;
    }
    l->fd = listener;
    l->watch.ready = clone_asked;
    i64 r = loop_add(listener, &l->watch, EPOLLIN);
    if (r) {
        close(listener);
        free(l);
    }
    return r;
}
