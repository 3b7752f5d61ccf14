/*
 * Command substitution. Builtins append to a buffer; each pipeline with programs gets a pipe that
 * is read while they run (pipeline.c), so that no amount of output can block them.
 */
#include "eval.h"
#include "expand.h"
#include "spawn.h"

#include <unistd.h>

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
    enum flow flow = run_stmts(sh, body);
    sh->loops = loops;
    sh->io = saved;
    if (null >= 0)
        close(null);
    while (out->len > start && out->text[out->len - 1] == '\n')
        out->text[--out->len] = '\0';
    return flow == FLOW_FATAL ? -1 : 0;
}
