/* Processor time that programs have used: what Linux keeps for their processes and threads. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "umk/host/host.h"

u64 body_cpu(struct body *b)
{
    const struct host_body *h = host_body(b);
    struct timespec ts;
    clockid_t clock;

    if (h->state == BODY_DEAD)
        return h->cpu_ns;
    if (h->state != BODY_RUNNING || clock_getcpuclockid(h->pid, &clock) ||
        clock_gettime(clock, &ts))
        return 0;
    return (u64)ts.tv_sec * 1000000000 + (u64)ts.tv_nsec;
}

static bool read_text(const char *path, char *text, size_t size)
{
    FILE *f = fopen(path, "re");

    if (!f)
        return false;
    size_t n = fread(text, 1, size - 1, f);
    fclose(f);
    text[n] = 0;
    return n > 0;
}

/* From /proc/PID/task/TID/stat; proc(5) numbers the fields: 14 and 15 here. */
static u64 ticks_used(int pid, i32 tid)
{
    unsigned long long user, system;
    char path[64], line[512];

    snprintf(path, sizeof path, "/proc/%d/task/%d/stat", pid, tid);
    const char *p = read_text(path, line, sizeof line) ? strrchr(line, ')') : NULL;
    if (!p || sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user,
                     &system) != 2)
        return 0;
    return (user + system) * (NS_PER_S / (u64)sysconf(_SC_CLK_TCK));
}

/* Of another process's thread Linux tells in files only: in ns, or, where that account is not
 * kept, in ticks. The path keeps to the process's own threads, whatever number it gave. */
u64 body_thread_cpu(struct body *b, u32 portal)
{
    const struct host_body *h = host_body(b);
    i32 tid = body_thread_number(b, portal);
    unsigned long long ns;
    char path[64], line[128];

    if (h->state != BODY_RUNNING || tid <= 0)
        return 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", h->pid, tid);
    if (read_text(path, line, sizeof line) && sscanf(line, "%llu", &ns) == 1 && ns > 0)
        return ns;
    return ticks_used(h->pid, tid);
}
