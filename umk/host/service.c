/*
 * What other terminals ask of a running system: a Unix socket in the run directory. One request
 * line, one answer, and the connection is over. Fields are separated by tabs, records by newlines.
 *
 *     ps               pid ppid uid host-pid threads channels state private shared name waiting-for
 *     kill TARGET SIG  "ok", or "error" and a reason
 *     gdb TARGET       host-pid, path of the program's image, name
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "umk/host/host.h"
#include "umk/host/ram.h"

#define REQUEST_MAX 256u
#define ANSWER_BUFFER (4 << 20)
#define CLIENTS_MAX 8u

static int listen_fd = -1;
static struct watch listen_watch;

static struct client {
    struct watch watch;
    int fd; /* 0: the place is free */
} clients[CLIENTS_MAX];

static void list_process(const struct core_process_info *p, void *arg)
{
    fprintf(arg, "%u\t%u\t%u\t%u\t%u\t%u\t%c\t%llu\t%llu\t%s\t%s\n", p->pid, p->ppid, p->uid,
            p->body_id, p->threads, p->channels, p->state, (unsigned long long)p->private_bytes,
            (unsigned long long)p->shared_bytes, p->name, p->waiting_for);
}

struct target {
    const char *text;
    bool by_pid;
    u32 pid;
    u32 matches;
    struct core_process_info found;
};

static void match_process(const struct core_process_info *p, void *arg)
{
    struct target *t = arg;

    if (p->state == 'Z' || (t->by_pid ? p->pid != t->pid : strcmp(p->name, t->text) != 0))
        return;
    t->matches++;
    t->found = *p;
}

static struct target find(const char *text)
{
    char *end;
    unsigned long pid = strtoul(text, &end, 10);
    struct target t = {.text = text, .by_pid = *text && !*end, .pid = (u32)pid};

    core_each_process(match_process, &t);
    return t;
}

static bool one(FILE *out, const struct target *t)
{
    if (t->matches == 1)
        return true;
    if (t->matches)
        fprintf(out, "error\t%u processes are named %s: give a pid\n", t->matches, t->text);
    else
        fprintf(out, "error\tno process %s\n", t->text);
    return false;
}

static void kill_target(FILE *out, const char *text, u32 sig)
{
    struct target t = find(text);

    if (!one(out, &t))
        return;
    i64 r = core_kill_process(t.found.pid, sig);
    if (r < 0)
        fprintf(out, "error\t%s\n", strerror((int)-r));
    else
        fputs("ok\n", out);
}

/* Host pid, image, name, and how gdb has to take SIGSEGV, which under emulated paging is a page
 * that is not there yet: the kernel reports what is more than that. */
static void describe_target(FILE *out, const char *text)
{
    const char *segv = ram_emulated() ? "nostop noprint pass" : "stop print pass";
    struct target t = find(text);
    const struct host_body *h;

    if (!one(out, &t))
        return;
    h = body_by_pid((pid_t)t.found.body_id);
    if (!h || !h->image)
        fprintf(out, "error\t%s is not running\n", text);
    else if (h->image->path)
        fprintf(out, "%u\t%s\t%s\t%s\n", t.found.body_id, h->image->path, h->name, segv);
    else
        fprintf(out, "%u\t/proc/%d/fd/%d\t%s\t%s\n", t.found.body_id, (int)getpid(), h->image->fd,
                h->name, segv);
}

static void answer(char *request, FILE *out)
{
    char *rest = NULL;
    const char *verb = strtok_r(request, " \n", &rest);
    const char *target = verb ? strtok_r(NULL, " \n", &rest) : NULL;
    const char *sig = target ? strtok_r(NULL, " \n", &rest) : NULL;

    if (verb && !strcmp(verb, "ps"))
        core_each_process(list_process, out);
    else if (sig && !strcmp(verb, "kill"))
        kill_target(out, target, (u32)strtoul(sig, NULL, 10));
    else if (target && !strcmp(verb, "gdb"))
        describe_target(out, target);
    else
        fputs("error\tunknown request\n", out);
}

static void client_ready(struct watch *w, u32 events)
{
    struct client *c = CONTAINER(w, struct client, watch);
    char request[REQUEST_MAX], *text = NULL;
    size_t len = 0;

    (void)events;
    ssize_t n = recv(c->fd, request, sizeof request - 1, MSG_DONTWAIT);
    FILE *out = n > 0 ? open_memstream(&text, &len) : NULL;
    if (out) {
        request[n] = 0;
        answer(request, out);
        fclose(out);
        /* what does not fit is lost: nobody may make the kernel wait */
        send(c->fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL);
        free(text);
    }
    loop_remove(c->fd, &c->watch);
    close(c->fd);
    c->fd = 0;
}

static void client_came(struct watch *w, u32 events)
{
    const int size = ANSWER_BUFFER;
    int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    (void)w;
    (void)events;
    if (fd < 0)
        return;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    for (u32 i = 0; i < CLIENTS_MAX; i++) {
        struct client *c = &clients[i];
        if (c->fd)
            continue;
        c->watch.ready = client_ready;
        if (loop_add(fd, &c->watch, EPOLLIN))
            break;
        c->fd = fd;
        return;
    }
    close(fd);
}

void service_open(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const char *dir = run_dir_path();

    if (!dir ||
        (size_t)snprintf(at.sun_path, sizeof at.sun_path, "%s/control", dir) >= sizeof at.sun_path)
        return;
    listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listen_fd < 0)
        return;
    listen_watch.ready = client_came;
    if (bind(listen_fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(listen_fd, 8) < 0 ||
        loop_add(listen_fd, &listen_watch, EPOLLIN)) {
        log_text("other terminals cannot reach this system: %s", strerror(errno));
        close(listen_fd);
        listen_fd = -1;
    }
}
