/* Merging sorted texts; see sort_lines.h. The texts are few, so the least line is looked for among
 * all of them, beginning with the one that had it last. */
#include "error.h"
#include "path.h"
#include "sort_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT_ONCE 16

struct input {
    struct reader reader;
    struct line line;
    const char *name;
    bool ended;
};

int temporary_file(const char *folder)
{
    sigset_t all, before;
    char *path = path_join(folder, "sortXXXXXX");
    /* no signal finds it with its name */
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    int fd = mkostemp(path, O_CLOEXEC), error = errno;
    if (fd >= 0)
        unlink(path);
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    if (fd < 0)
        die_errno(2, "cannot create temporary file in '%s'", folder);
    free(path);
    return fd;
}

static void next_line(const struct sort_rules *r, struct input *in)
{
    size_t len;
    const char *text = reader_next(&in->reader, r->delim, &len);
    if (in->reader.error) {
        errno = in->reader.error;
        die_errno(2, "read failed: %s", in->name);
    }
    in->ended = !text;
    if (text)
        in->line = line_of(r, text, len);
}

static void open_input(const struct sort_rules *r, struct input *in, const struct sorted_text *t)
{
    int fd = t->fd >= 0 ? t->fd : open_quietly(t->name);
    if (fd < 0)
        die_errno(2, "cannot read: %s", t->name);
    *in = (struct input){.reader = {.fd = fd}, .name = t->name};
    next_line(r, in);
}

/* Remembers the line that was written last, to leave out those that equal it. */
static bool is_repeated(const struct sort_rules *r, const struct line *line, struct bytes *last,
                        bool *any)
{
    struct line old = line_of(r, last->data, last->len);
    if (*any && lines_compare(r, &old, line) == 0)
        return true;
    *any = true;
    last->len = 0;
    bytes_reserve(last, line->len + 1);
    bytes_add(last, line->text, line->len);
    return false;
}

/* At most AT_ONCE texts, into a descriptor. */
static void merge_few(const struct sort_rules *r, const struct sorted_text *texts, size_t count,
                      int out_fd, const char *out_name)
{
    struct input in[AT_ONCE];
    struct writer out = {.fd = out_fd};
    struct bytes last = {0};
    bool any = false;
    for (size_t i = 0; i < count; i++)
        open_input(r, &in[i], &texts[i]);
    for (;;) {
        struct input *least = NULL;
        for (size_t i = 0; i < count; i++) {
            if (!in[i].ended && (!least || lines_compare(r, &in[i].line, &least->line) < 0))
                least = &in[i];
        }
        if (!least || out.error)
            break;
        if (!r->unique || !is_repeated(r, &least->line, &last, &any)) {
            writer_add(&out, least->line.text, least->line.len);
            writer_put(&out, r->delim);
        }
        next_line(r, least);
    }
    if (!writer_end(&out))
        die_errno(2, "write failed: %s", out_name);
    for (size_t i = 0; i < count; i++) {
        close_operand(in[i].reader.fd);
        free(in[i].reader.data);
    }
    free(last.data);
}

void texts_merge(const struct sort_rules *r, struct sorted_text *texts, size_t count, int out,
                 const char *out_name)
{
    static const char temporary[] = "temporary file";
    /* Sixteen neighbours become one until no more are left, which keeps their order. */
    while (count > AT_ONCE) {
        size_t kept = 0;
        for (size_t i = 0; i < count; i += AT_ONCE) {
            int fd = temporary_file(r->folder);
            merge_few(r, texts + i, count - i < AT_ONCE ? count - i : AT_ONCE, fd, temporary);
            if (lseek(fd, 0, SEEK_SET) < 0)
                die_errno(2, "%s", temporary);
            texts[kept++] = (struct sorted_text){fd, temporary};
        }
        count = kept;
    }
    merge_few(r, texts, count, out, out_name);
}
