/* Tables as text and in memory; see userdb.h. No file is touched here. */
#include "programs/common/error.h"
#include "programs/common/io.h"
#include "programs/common/size.h"
#include "programs/userutils/common/userdb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct table_form {
    int fields, needed, id; /* id: the field with the number; negative: none */
} forms[] = {
    [TABLE_PASSWD] = {PW_FIELDS, PW_FIELDS, PW_UID},
    [TABLE_SHADOW] = {SH_FIELDS, SH_FIELDS, -1},
    [TABLE_GROUP] = {GR_FIELDS, GR_MEMBERS, GR_GID},
};

static struct record *new_record(struct table *t)
{
    t->items = xgrow(t->items, &t->cap, t->count + 1, sizeof *t->items);
    struct record *r = &t->items[t->count++];
    memset(r, 0, sizeof *r);
    return r;
}

static void parse_line(struct table *t, char *line)
{
    const struct table_form *f = &forms[t->kind];
    struct record *r = new_record(t);
    char *copy = xstrdup(line);
    char *rest = copy;
    int n = 0;
    while (rest && n < f->fields)
        r->field[n++] = xstrdup(strsep(&rest, ";"));
    r->broken = n < f->needed || rest || !r->field[0][0];
    if (r->broken) {
        for (int i = 0; i < n; i++)
            free(r->field[i]);
        memset(r->field, 0, sizeof r->field);
        r->field[0] = xstrdup(line);
    } else {
        for (; n < f->fields; n++)
            r->field[n] = xstrdup("");
    }
    free(copy);
}

void table_parse(struct table *t, const char *text, size_t len)
{
    for (const char *end = text + len; text < end;) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t n = (size_t)((stop ? stop : end) - text);
        if (memchr(text, '\0', n)) {
            t->damaged = true;
        } else if (n) {
            char *line = xmalloc(n + 1);
            memcpy(line, text, n);
            line[n] = '\0';
            parse_line(t, line);
            free(line);
        }
        text += n + (stop != NULL);
    }
}

void table_text(const struct table *t, struct bytes *out)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct record *r = &t->items[i];
        for (int n = 0; n < (r->broken ? 1 : forms[t->kind].fields); n++) {
            if (n)
                bytes_put(out, ';');
            bytes_add(out, r->field[n], strlen(r->field[n]));
        }
        bytes_put(out, '\n');
    }
}

static void record_free(struct record *r)
{
    for (int i = 0; i < FIELDS_MAX; i++)
        free(r->field[i]);
}

void table_free(struct table *t)
{
    for (size_t i = 0; i < t->count; i++)
        record_free(&t->items[i]);
    free(t->items);
    *t = (struct table){.kind = t->kind};
}

struct record *table_find(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++) {
        if (!t->items[i].broken && strcmp(t->items[i].field[0], name) == 0)
            return &t->items[i];
    }
    return NULL;
}

struct record *table_find_id(const struct table *t, uint32_t id)
{
    int field = forms[t->kind].id;
    for (size_t i = 0; field >= 0 && i < t->count; i++) {
        if (!t->items[i].broken && record_id(&t->items[i], field) == id)
            return &t->items[i];
    }
    return NULL;
}

struct record *table_add(struct table *t, const char *const *fields)
{
    struct record *r = new_record(t);
    for (int i = 0; i < forms[t->kind].fields; i++)
        r->field[i] = xstrdup(fields[i]);
    return r;
}

void table_remove(struct table *t, struct record *r)
{
    record_free(r);
    size_t index = (size_t)(r - t->items);
    memmove(r, r + 1, (--t->count - index) * sizeof *r);
}

void record_set(struct record *r, int field, const char *value)
{
    char *old = r->field[field];
    r->field[field] = xstrdup(value);
    free(old);
}

uint32_t record_id(const struct record *r, int field)
{
    uint64_t n;
    return number_parse(r->field[field], &n) && n < INT32_MAX ? (uint32_t)n : UINT32_MAX;
}

uint32_t free_id(const struct table *a, const struct table *b)
{
    for (uint32_t id = ID_FIRST; id <= ID_LAST; id++) {
        if (!table_find_id(a, id) && !table_find_id(b, id))
            return id;
    }
    die(1, "no id from %u to %u is free", ID_FIRST, ID_LAST);
}

/* Where name stands among the members: its first character; NULL. */
static char *member(const struct record *group, const char *name)
{
    size_t len = strlen(name);
    for (char *p = group->field[GR_MEMBERS]; *p;) {
        size_t n = strcspn(p, ",");
        if (n == len && memcmp(p, name, len) == 0)
            return p;
        p += n + (p[n] == ',');
    }
    return NULL;
}

bool group_has(const struct record *group, const char *name)
{
    return !group->broken && member(group, name);
}

void group_add(struct record *group, const char *name)
{
    if (group_has(group, name))
        return;
    const char *old = group->field[GR_MEMBERS];
    size_t size = strlen(old) + strlen(name) + 2;
    char *text = xmalloc(size);
    snprintf(text, size, "%s%s%s", old, *old ? "," : "", name);
    record_set(group, GR_MEMBERS, text);
    free(text);
}

void group_remove(struct record *group, const char *name)
{
    for (char *p; !group->broken && (p = member(group, name));) {
        char *end = p + strlen(name);
        if (*end == ',')
            end++;
        else if (p > group->field[GR_MEMBERS])
            p--;
        memmove(p, end, strlen(end) + 1);
    }
}

bool name_valid(const char *name)
{
    static const char allowed[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-";
    size_t len = strlen(name);
    return len >= 3 && len <= 32 && name[0] != '-' && strspn(name, allowed) == len;
}

bool field_valid(const char *text)
{
    return !text[strcspn(text, ";\n\r")];
}
