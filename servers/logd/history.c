/* The history and the sinks; see history.h. */
#include "servers/logd/history.h"
#include "redox/scheme.h"

#include <stdlib.h>
#include <string.h>

struct line {
    char *text;
    size_t len;
};

struct sink {
    u64 fd;
    u64 next;    /* number of the line that it gets next */
    size_t done; /* bytes of that line it has already */
    bool used, busy;
};

/* Line number n is in lines[n % HISTORY_LINES]; the history holds those below `total`. */
static struct line lines[HISTORY_LINES];
static u64 total;
static struct sink sinks[SINKS_MAX];

static void feed(struct sink *s);

static void written(void *arg, i64 result, const void *data, const u64 ret[4])
{
    (void)data, (void)ret;
    struct sink *s = arg;
    s->busy = false;
    if (result < 0 && result != -EAGAIN && result != -EINTR) {
        redox_close_v1(s->fd);
        s->used = false;
        return;
    }
    if (result > 0)
        s->done += (size_t)result;
    feed(s);
}

static void feed(struct sink *s)
{
    if (s->busy)
        return;
    if (total > HISTORY_LINES && s->next < total - HISTORY_LINES) {
        s->next = total - HISTORY_LINES;
        s->done = 0;
    }
    if (s->next < total && s->done >= lines[s->next % HISTORY_LINES].len) {
        s->next++;
        s->done = 0;
    }
    if (s->next == total)
        return;
    const struct line *line = &lines[s->next % HISTORY_LINES];
    s->busy = true;
    if (rx_async_write(s->fd, line->text + s->done, line->len - s->done, written, s) < 0)
        s->busy = false; /* tried again with the next line */
}

void history_add(const char *line, size_t len)
{
    char *copy = malloc(len);
    if (!copy)
        return;
    memcpy(copy, line, len);
    struct line *slot = &lines[total % HISTORY_LINES];
    free(slot->text);
    *slot = (struct line){.text = copy, .len = len};
    total++;
    for (unsigned i = 0; i < SINKS_MAX; i++) {
        if (sinks[i].used)
            feed(&sinks[i]);
    }
}

i64 history_add_sink(u64 fd)
{
    for (unsigned i = 0; i < SINKS_MAX; i++) {
        if (sinks[i].used)
            continue;
        sinks[i] = (struct sink){.fd = fd, .used = true};
        feed(&sinks[i]);
        return 0;
    }
    return -ENOSPC;
}
