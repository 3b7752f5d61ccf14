/*
 * Reports of programs that died of a fault: name, cause, what it was serving, and a backtrace with
 * file and line.
 *
 * addr2line (binutils) turns addresses into lines, as a child process beside the running system;
 * it gets two seconds. Without it, or without symbols, the report shows bare addresses. All that
 * comes from the dead program is taken as hostile: counts are checked, text is cleaned.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "umk/host/host.h"

#define REPORTS_MAX 4u
#define REPORT_NS (2 * NS_PER_S)
#define LINES_MAX 16384u
#define ADDRESSES_MAX (FAULT_FRAMES + 1)

static struct report {
    struct watch watch;
    pid_t tool; /* 0: the place is free */
    int out;
    u64 deadline;
    char name[32];
    u32 naddresses;
    u64 addresses[ADDRESSES_MAX];
    size_t len;
    char text[LINES_MAX];
} reports[REPORTS_MAX];

static const char *cause_of(u32 kind)
{
    static const char *const names[] = {
        [FAULT_NONE] = "an unknown fault",
        [FAULT_ACCESS] = "invalid memory access",
        [FAULT_BUS] = "access to memory that its object lacks",
        [FAULT_ARITHMETIC] = "arithmetic error",
        [FAULT_ILLEGAL] = "illegal instruction",
        [FAULT_TRAP] = "trap",
        [FAULT_ABORT] = "abort",
        [FAULT_FORBIDDEN] = "forbidden host system call",
    };

    return kind < ARRAY_LEN(names) && names[kind] ? names[kind] : names[0];
}

static void clean(char *text, size_t size)
{
    text[size - 1] = 0;
    for (char *c = text; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
    }
}

static void head(const struct host_body *h, u32 pid, const struct fault_record *f,
                 const char *serving)
{
    const char *cause = cause_of(f->kind);

    if (f->kind == FAULT_FORBIDDEN) {
        char *call = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)f->address);
        log_report("%s (pid %u, host pid %u) died: %s %s(%#llx, %#llx, %#llx, %#llx, %#llx, %#llx)",
                   h->name, pid, h->b->id, cause, call ? call : "of no known number",
                   (unsigned long long)f->args[0], (unsigned long long)f->args[1],
                   (unsigned long long)f->args[2], (unsigned long long)f->args[3],
                   (unsigned long long)f->args[4], (unsigned long long)f->args[5]);
        free(call);
    } else if (f->kind == FAULT_ABORT) {
        log_report("%s (pid %u, host pid %u) died: %s%s%s", h->name, pid, h->b->id, cause,
                   f->message[0] ? ": " : "", f->message);
    } else {
        log_report("%s (pid %u, host pid %u) died: %s, address %#llx, at %#llx", h->name, pid,
                   h->b->id, cause, (unsigned long long)f->address, (unsigned long long)f->ip);
    }
    if (serving && serving[0])
        log_report("  %s", serving);
}

static void print_plain(const struct report *r)
{
    for (u32 i = 0; i < r->naddresses; i++)
        log_report("  at %#llx", (unsigned long long)r->addresses[i]);
}

static void print_lines(struct report *r)
{
    char *rest = NULL;

    r->text[r->len] = 0;
    for (char *line = strtok_r(r->text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *note = strstr(line, " (discriminator ");
        if (note)
            *note = 0;
        log_report("  at %s", line);
    }
}

static void finish(struct report *r)
{
    loop_remove(r->out, &r->watch);
    close(r->out);
    r->out = -1;
    if (r->len)
        print_lines(r);
    else
        print_plain(r);
    /* it has nothing left to say; SIGCHLD frees the place */
    kill(r->tool, SIGKILL);
}

/* True when the tool has said all. */
static bool take_output(struct report *r)
{
    while (r->len < LINES_MAX - 1) {
        ssize_t n = read(r->out, r->text + r->len, LINES_MAX - 1 - r->len);
        if (n < 0)
            return errno != EAGAIN && errno != EINTR;
        if (n == 0)
            return true;
        r->len += (size_t)n;
    }
    return true;
}

static void output_ready(struct watch *w, u32 events)
{
    struct report *r = CONTAINER(w, struct report, watch);

    (void)events;
    if (take_output(r))
        finish(r);
}

/* The image as descriptor 3, so that it is found whatever its path. */
static i64 start_tool(struct report *r, int image)
{
    char *argv[6 + ADDRESSES_MAX + 1] = {"addr2line", "-f", "-p", "-i", "-e", "/proc/self/fd/3"};
    char numbers[ADDRESSES_MAX][20];
    posix_spawn_file_actions_t fa;
    posix_spawnattr_t attr;
    sigset_t none;
    int out[2];

    for (u32 i = 0; i < r->naddresses; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%#llx", (unsigned long long)r->addresses[i]);
        argv[6 + i] = numbers[i];
    }
    if (pipe2(out, O_CLOEXEC) < 0)
        return -errno;
    sigemptyset(&none);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_init(&fa);
    posix_spawn_file_actions_addopen(&fa, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&fa, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&fa, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&fa, image, 3);
    int error = posix_spawnp(&r->tool, argv[0], &fa, &attr, argv, environ);
    posix_spawn_file_actions_destroy(&fa);
    posix_spawnattr_destroy(&attr);
    close(out[1]);
    if (error) {
        close(out[0]);
        r->tool = 0;
        return -error;
    }
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    r->out = out[0];
    return 0;
}

static struct report *free_place(void)
{
    for (u32 i = 0; i < REPORTS_MAX; i++) {
        if (!reports[i].tool)
            return &reports[i];
    }
    return NULL;
}

static void start_backtrace(struct report *r, const struct exec_image *image)
{
    if (!r->naddresses)
        return;
    if (!image || start_tool(r, image->symbols_fd >= 0 ? image->symbols_fd : image->fd)) {
        print_plain(r);
        return;
    }
    r->len = 0;
    r->deadline = time_now() + REPORT_NS;
    r->watch.ready = output_ready;
    timer_host(r->deadline);
    if (loop_add(r->out, &r->watch, EPOLLIN))
        finish(r);
}

void report_fault(struct body *b, u32 portal, const char *serving)
{
    struct host_body *h = host_body(b);
    struct report *r = free_place(), plain;
    /* the program may still write there */
    struct fault_record f;

    memcpy(&f, (const void *)&b->portal[portal]->fault, sizeof f);
    clean(f.message, sizeof f.message);
    h->fault_reported = true;
    head(h, b->page->pid, &f, serving);
    bool busy = !r;
    if (busy)
        r = &plain;
    r->naddresses = 0;
    if (f.ip)
        r->addresses[r->naddresses++] = f.ip;
    for (u32 i = 0; i < FAULT_FRAMES && i < f.nframes && f.frames[i]; i++) {
        /* a return address stands behind the call */
        if (i || f.frames[i] != f.ip)
            r->addresses[r->naddresses++] = f.frames[i] - 1;
    }
    if (busy)
        print_plain(r);
    else
        start_backtrace(r, h->image);
}

void report_death(const struct host_body *h, u32 signal)
{
    const char *what = strsignal((int)signal);

    /* Somebody's kill -9 is no fault. */
    if (signal == SIGKILL || signal == SIGTERM || signal == SIGINT || signal == SIGHUP)
        log_text("%s (host pid %u) was ended by host signal %u (%s)", h->name, h->b->id, signal,
                 what);
    else
        log_report("%s (host pid %u) died of host signal %u (%s)", h->name, h->b->id, signal, what);
}

void report_deadlines(u64 now)
{
    for (u32 i = 0; i < REPORTS_MAX; i++) {
        struct report *r = &reports[i];
        if (!r->tool || r->out < 0)
            continue;
        if (r->deadline <= now)
            finish(r);
        else
            timer_host(r->deadline);
    }
}

bool report_reaped(pid_t pid)
{
    for (u32 i = 0; i < REPORTS_MAX; i++) {
        struct report *r = &reports[i];
        if (r->tool != pid)
            continue;
        if (r->out >= 0) {
            take_output(r);
            finish(r);
        }
        r->tool = 0;
        return true;
    }
    return false;
}

void report_drain(void)
{
    for (u32 i = 0; i < REPORTS_MAX; i++) {
        struct report *r = &reports[i];
        while (r->tool && r->out >= 0) {
            u64 now = time_now();
            struct pollfd p = {r->out, POLLIN, 0};
            if (now >= r->deadline ||
                poll(&p, 1, (int)((r->deadline - now) / NS_PER_MS) + 1) <= 0 || take_output(r))
                finish(r);
        }
    }
}
