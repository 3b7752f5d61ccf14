/* Tracing, see trace.h. */
#include "trace.h"

#include <unistd.h>

static void add_redirect(struct buf *line, const struct redirect *r, const char *name)
{
    static const char *const prefixes[] = {"", "", "^", "&"};
    switch (r->kind) {
    case REDIRECT_READ:
        buf_printf(line, " < %s", name);
        break;
    case REDIRECT_TEXT:
        buf_printf(line, " <<< '%s'", name);
        break;
    default:
        buf_printf(line, " %s%s %s", prefixes[r->streams], r->kind == REDIRECT_APPEND ? ">>" : ">",
                   name);
    }
}

void trace_member(struct shell *sh, const struct pipeline *pl, size_t i, const struct args *args,
                  char *const *redirects)
{
    static const char *const pipes[] = {"", " |", " ^|", " &|"};
    static const char *const ends[] = {"\n", " &\n", " &!\n"};
    const struct command *c = &pl->commands[i];
    struct buf line = {0};
    (void)sh;
    buf_puts(&line, i == 0 ? "> " : " ");
    for (size_t k = 0; k < args->count; k++)
        buf_printf(&line, "%s%s", k ? " " : "", args->items[k]);
    /* The words of a called function are shown as they were written. */
    for (size_t k = args->count; k < c->count && args->count == 1; k++)
        buf_printf(&line, " %s", c->words[k].raw);
    for (size_t k = 0; k < c->redirect_count; k++)
        add_redirect(&line, &c->redirects[k], redirects[k]);
    buf_puts(&line, pipes[c->pipe]);
    if (i + 1 == pl->count)
        buf_puts(&line, ends[pl->background]);
    fd_write(STDERR_FILENO, line.text, line.len);
    buf_free(&line);
}
