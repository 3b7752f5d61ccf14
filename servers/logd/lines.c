/* Assembling lines; see lines.h. */
#include "servers/logd/lines.h"
#include "umk/abi/errno.h"

#include <stdlib.h>
#include <string.h>

struct writer {
    struct writer *next;
    u32 pid;
    size_t used;
    char line[LINE_MAX_LEN];
};

i64 log_file_init(struct log_file *f, const char *context, size_t len)
{
    *f = (struct log_file){.context = strndup(context, len)};
    return f->context ? 0 : -ENOMEM;
}

static void end_line(struct writer *w, line_sink *sink)
{
    if (w->used == 0)
        return;
    w->line[w->used++] = '\n';
    sink(w->line, w->used);
    w->used = 0;
}

static void drop_oldest(struct log_file *f, line_sink *sink)
{
    struct writer **at = &f->writers;
    while (*at && (*at)->next)
        at = &(*at)->next;
    if (!*at)
        return;
    end_line(*at, sink);
    free(*at);
    *at = NULL;
    f->nwriters--;
}

/* The writer of a process, moved to the front. */
static struct writer *writer_of(struct log_file *f, u32 pid, line_sink *sink)
{
    struct writer **at = &f->writers, *w;
    while ((w = *at) && w->pid != pid)
        at = &w->next;
    if (w) {
        *at = w->next;
    } else {
        if (f->nwriters == WRITERS_MAX)
            drop_oldest(f, sink);
        w = malloc(sizeof *w);
        if (!w)
            return NULL;
        w->pid = pid;
        w->used = 0;
        f->nwriters++;
    }
    w->next = f->writers;
    f->writers = w;
    return w;
}

/* Adds what fits; one byte stays free for the newline. Result: bytes taken. */
static size_t add(struct writer *w, const char *data, size_t len)
{
    size_t room = LINE_MAX_LEN - 1 - w->used;
    size_t n = len < room ? len : room;
    memcpy(w->line + w->used, data, n);
    w->used += n;
    return n;
}

static void begin_line(struct log_file *f, struct writer *w)
{
    if (f->context[0]) {
        add(w, f->context, strnlen(f->context, LINE_MAX_LEN / 2));
        add(w, ": ", 2);
    }
}

i64 log_file_write(struct log_file *f, u32 pid, const char *data, size_t len, line_sink *sink)
{
    struct writer *w = len ? writer_of(f, pid, sink) : NULL;
    if (!w)
        return len ? -ENOMEM : 0;
    while (len) {
        if (w->used == 0)
            begin_line(f, w);
        const char *newline = memchr(data, '\n', len);
        size_t part = newline ? (size_t)(newline - data) : len;
        size_t taken = add(w, data, part);
        data += taken;
        len -= taken;
        if (taken == part && newline) {
            data++;
            len--;
            w->line[w->used++] = '\n';
            sink(w->line, w->used);
            w->used = 0;
        } else if (taken < part) {
            end_line(w, sink);
        }
    }
    return 0;
}

void log_file_close(struct log_file *f, line_sink *sink)
{
    while (f->writers) {
        struct writer *w = f->writers;
        f->writers = w->next;
        end_line(w, sink);
        free(w);
    }
    free(f->context);
    *f = (struct log_file){0};
}
