/* The table of processes; see contexts.h. */
#include "contexts.h"

#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One line of the kernel's table; false when it is none. */
static bool parse_line(const char *line, struct process_row *out)
{
    char stat[8], cpu[8], affinity[16];
    unsigned hours, minutes, seconds, hundredths;
    unsigned long long private, shared;
    int at = 0;
    *out = (struct process_row){.threads = 1};
    if (sscanf(line, "%u %u %u %7s %7s %15s %u:%u:%u.%u %llu KB %llu KB %n", &out->pid, &out->uid,
               &out->gid, stat, cpu, affinity, &hours, &minutes, &seconds, &hundredths, &private,
               &shared, &at) != 12 ||
        at == 0)
        return false;
    out->state = stat[0] ? stat[strlen(stat) - 1] : '?';
    out->hundredths = ((hours * 60ull + minutes) * 60 + seconds) * 100 + hundredths;
    out->private = private * 1024;
    out->shared = shared * 1024;
    snprintf(out->name, sizeof out->name, "%s", line + at);
    return true;
}

static int by_pid(const void *pa, const void *pb)
{
    const struct process_row *a = pa, *b = pb;
    return (a->pid > b->pid) - (a->pid < b->pid);
}

void contexts_parse(struct process_table *t, char *text)
{
    size_t kept = 0;
    char *rest;
    t->count = 0;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        struct process_row row;
        if (!parse_line(line, &row))
            continue;
        t->rows = xgrow(t->rows, &t->cap, t->count + 1, sizeof *t->rows);
        t->rows[t->count++] = row;
    }
    if (t->count > 0)
        qsort(t->rows, t->count, sizeof *t->rows, by_pid);
    /* The threads of a process are one row. */
    for (size_t i = 0; i < t->count; i++) {
        if (kept > 0 && t->rows[kept - 1].pid == t->rows[i].pid) {
            t->rows[kept - 1].threads++;
            if (t->rows[i].state == 'R')
                t->rows[kept - 1].state = 'R';
        } else {
            t->rows[kept++] = t->rows[i];
        }
    }
    t->count = kept;
}

bool contexts_read(struct process_table *t)
{
    struct bytes text = {0};
    int fd = open(CONTEXTS_TABLE, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0;
    /* all of it at once is one moment */
    if (ok) {
        bytes_reserve(&text, 256 * 1024);
        ok = read_everything(fd, &text);
    }
    int error = errno;
    if (fd >= 0)
        close(fd);
    bytes_put(&text, '\0');
    if (ok)
        contexts_parse(t, text.data);
    free(text.data);
    errno = error;
    return ok;
}

void contexts_time(uint64_t hundredths, char out[32])
{
    uint64_t seconds = hundredths / 100;
    if (seconds >= 3600)
        snprintf(out, 32, "%llu:%02llu:%02llu", (unsigned long long)(seconds / 3600),
                 (unsigned long long)(seconds / 60 % 60), (unsigned long long)(seconds % 60));
    else
        snprintf(out, 32, "%llu:%02llu.%02llu", (unsigned long long)(seconds / 60),
                 (unsigned long long)(seconds % 60), (unsigned long long)(hundredths % 100));
}
