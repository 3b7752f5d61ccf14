/*
 * Waiting for children; see children.h.
 *
 * Replies to asynchronous calls may be handled in another order than the kernel gave them, so the
 * end of a child can be known before the reply that names its pid: such ends are kept for a
 * while in `early`.
 */
#include "servers/init/children.h"
#include "redox/scheme.h"
#include "servers/init/log.h"

#include <stdlib.h>

#define EARLY_MAX 64u

struct watch {
    struct watch *next;
    i64 pid;
    child_ended *ended;
    void *arg;
};

static struct watch *watches;
static struct {
    i64 pid;
    u32 status;
} early[EARLY_MAX];
static unsigned early_next;
static bool waiting;

static void child_gone(i64 pid, u32 status)
{
    for (struct watch **at = &watches; *at; at = &(*at)->next) {
        struct watch *w = *at;
        if (w->pid != pid)
            continue;
        *at = w->next;
        w->ended(w->arg, status);
        free(w);
        return;
    }
    log_step("process %d has ended", (int)pid);
    early[early_next % EARLY_MAX].pid = pid;
    early[early_next % EARLY_MAX].status = status;
    early_next++;
}

static void wait_more(void);

static void waited(void *arg, i64 result, const void *data, const u64 ret[4])
{
    (void)arg, (void)data;
    waiting = false;
    if (result > 0)
        child_gone(result, (u32)ret[0]);
    /* without children there is nothing to wait for until the next one is started */
    if (result != -ECHILD)
        wait_more();
}

static void wait_more(void)
{
    const u64 args[6] = {PROC_WAITPID};
    if (waiting)
        return;
    waiting = rx_async_call(UMK_PROC, args, NULL, 0, 0, waited, NULL) >= 0;
    if (!waiting)
        log_line("cannot wait for children");
}

void children_watch(i64 pid, child_ended *ended, void *arg)
{
    for (unsigned i = 0; i < EARLY_MAX; i++) {
        if (early[i].pid == pid) {
            early[i].pid = 0;
            ended(arg, early[i].status);
            wait_more();
            return;
        }
    }
    struct watch *w = malloc(sizeof *w);
    if (!w) {
        log_line("out of memory: the end of process %d will not be noticed", (int)pid);
        return;
    }
    *w = (struct watch){.next = watches, .pid = pid, .ended = ended, .arg = arg};
    watches = w;
    wait_more();
}
