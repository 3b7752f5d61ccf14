/*
 * /etc/passwd, shadow, group and login_schemes.toml of any content. A table that is read and
 * written is the same text again, but for empty lines and the last line's end; every record can
 * be found, changed and removed; the schemes of a user are names that end.
 */
#include "programs/common/error.h"
#include "programs/common/io.h"
#include "programs/userutils/common/schemes.h"
#include "programs/userutils/common/userdb.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Complaints are not what is tested; an end of the program is a fault. */
void warn_text(const char *fmt, ...)
{
    (void)fmt;
}

void warn_errno(const char *fmt, ...)
{
    (void)fmt;
}

noreturn void die(int status, const char *fmt, ...)
{
    (void)status, (void)fmt;
    abort();
}

noreturn void die_errno(int status, const char *fmt, ...)
{
    (void)status, (void)fmt;
    abort();
}

/* What is written must be what was read: line by line, the lines with a zero byte left out. */
static void check_text(const struct table *t, const char *text, size_t len)
{
    struct bytes out = {0};
    size_t at = 0;
    table_text(t, &out);
    for (size_t from = 0; from < len;) {
        const char *stop = memchr(text + from, '\n', len - from);
        size_t n = stop ? (size_t)(stop - (text + from)) : len - from;
        if (n && !memchr(text + from, '\0', n)) {
            /* a group without members may lack the last field */
            if (out.len - at < n || memcmp(out.data + at, text + from, n) != 0)
                abort();
            at += n;
            if (at < out.len && out.data[at] == ';' && t->kind == TABLE_GROUP)
                at++;
            if (at >= out.len || out.data[at++] != '\n')
                abort();
        }
        from += n + 1;
    }
    if (at != out.len)
        abort();
    free(out.data);
}

static void change(struct table *t)
{
    if (t->kind == TABLE_GROUP) {
        for (size_t i = 0; i < t->count; i++) {
            struct record *g = &t->items[i];
            if (g->broken)
                continue;
            group_add(g, "someone");
            group_add(g, "some");
            if (!group_has(g, "someone") || !group_has(g, "some"))
                abort();
            group_remove(g, "some");
            if (group_has(g, "some") || !group_has(g, "someone"))
                abort();
        }
    }
    while (t->count) {
        struct record *r = &t->items[0];
        if (!r->broken) {
            if (!table_find(t, r->field[0]))
                abort();
            uint32_t id = t->kind == TABLE_SHADOW ? UINT32_MAX : record_id(r, 1);
            if (t->kind == TABLE_PASSWD && id != UINT32_MAX && !table_find_id(t, id))
                abort();
            record_set(r, 1, "new");
        }
        table_remove(t, r);
    }
}

static void check_schemes(const char *text, size_t len)
{
    struct scheme_list list = {0};
    if (!schemes_parse(text, len, "user", &list) && list.count)
        abort();
    for (size_t i = 0; i < list.count; i++)
        if (strlen(list.names[i]) > len)
            abort();
    schemes_free(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    const char *text = (const char *)data + 1;
    if (data[0] % 4 == 3) {
        check_schemes(text, size - 1);
        return 0;
    }
    struct table t = {.kind = data[0] % 4};
    table_parse(&t, text, size - 1);
    check_text(&t, text, size - 1);
    change(&t);
    table_free(&t);
    return 0;
}
