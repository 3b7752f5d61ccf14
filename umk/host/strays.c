/*
 * Strays: host processes that programs have cloned and that are no body's, because they have not
 * checked in (fork.c). Which grant a stray comes from cannot be known; each is judged by itself.
 *
 * A stray is killed when it could have checked in and did not. One that Linux has not let run, on
 * a crowded host or because somebody has stopped it, has done nothing wrong: it keeps its time.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "umk/host/body.h"

struct stray {
    char state;
    int parent, session;
    u64 cpu_ns;     /* processor time used */
    u64 started_ns; /* on CLOCK_BOOTTIME */
};

/* From /proc/PID/stat; proc(5) numbers the fields: 3, 4, 6, 14, 15 and 22 here. */
static bool read_stray(pid_t pid, struct stray *s)
{
    unsigned long long user, system, started;
    const u64 tick_ns = NS_PER_S / (u64)sysconf(_SC_CLK_TCK);
    char path[32], line[512];

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    size_t n = fread(line, 1, sizeof line - 1, f);
    fclose(f);
    line[n] = 0;
    const char *p = strrchr(line, ')'); /* the name before it may hold anything */
    if (!p || sscanf(p + 1,
                     " %c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %*d %*d "
                     "%llu",
                     &s->state, &s->parent, &s->session, &user, &system, &started) != 6)
        return false;
    s->cpu_ns = (user + system) * tick_ns;
    s->started_ns = started * tick_ns;
    return true;
}

/* Runnable, waiting for the host's memory or disk, or stopped, and hardly ever on a processor. */
static bool kept_from_running(const struct stray *s, u64 patience)
{
    return strchr("RDTt", s->state) && s->cpu_ns < patience;
}

struct strays strays_end(u64 patience)
{
    struct strays left = {0};
    struct timespec now;
    DIR *d = opendir("/proc");

    if (!d)
        return left;
    clock_gettime(CLOCK_BOOTTIME, &now);
    u64 late = (u64)now.tv_sec * NS_PER_S + (u64)now.tv_nsec - patience;
    for (const struct dirent *e; (e = readdir(d));) {
        pid_t pid = atoi(e->d_name);
        struct stray s;
        /* The reports' and the debuggers' tools are ours too, but not of the nursery's session. */
        if (pid <= 0 || pid == nursery_pid() || body_by_pid(pid) || !read_stray(pid, &s) ||
            s.parent != getpid() || s.session != nursery_pid())
            continue;
        if (s.started_ns > late) {
            left.young++;
        } else if (kept_from_running(&s, patience)) {
            left.starved++;
        } else {
            log_text("killed host process %d: cloned, but never checked in", (int)pid);
            kill(pid, SIGKILL);
        }
    }
    closedir(d);
    return left;
}
