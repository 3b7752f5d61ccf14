/*
 * Command substitution. Builtins append to a buffer; each pipeline with programs gets a pipe that
 * is read while they run (pipeline.c), so that no amount of output can block them.
 */
#include "eval.h"
#include "expand.h"
#include "spawn.h"

#include <time.h>
#include <unistd.h>

/* `return` in a block of the substitution ends that block only. */
static enum flow run_each(struct shell *sh, const struct stmt *body)
{
    enum flow flow = FLOW_NEXT;
    for (const struct stmt *s = body; s && flow == FLOW_NEXT; s = s->next) {
        flow = run_one(sh, s);
        if (flow == FLOW_RETURN && s->kind != STMT_RETURN)
            flow = FLOW_NEXT;
    }
    return flow;
}

int run_captured(struct shell *sh, const struct stmt *body, struct buf *out)
{
    struct io saved = sh->io;
    unsigned loops = sh->loops;
    /* The commands' errors are not wanted; the shell's own go to the real stderr. */
    int null = null_open();
    size_t start = out->len;
    sh->io.capture = out;
    if (null >= 0)
        sh->io.err = null;
    sh->loops = 0;
    time_t began = duration_start();
    enum flow flow = run_each(sh, body);
    duration_set(sh, began);
    sh->loops = loops;
    sh->io = saved;
    if (null >= 0)
        close(null);
    while (out->len > start && out->text[out->len - 1] == '\n')
        out->text[--out->len] = '\0';
    return flow == FLOW_FATAL ? -1 : 0;
}
