/* The user data base; see userdb.h. */
#include "programs/userutils/common/userdb.h"
#include "programs/common/error.h"
#include "programs/common/io.h"
#include "programs/common/size.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_FILE "/etc/.pwd.lock"

static const struct table_form {
    const char *path;
    int fields, needed, id;
    mode_t mode;
} forms[] = {
    [TABLE_PASSWD] = {"/etc/passwd", PW_FIELDS, PW_FIELDS, PW_UID, 0644},
    [TABLE_SHADOW] = {"/etc/shadow", SH_FIELDS, SH_FIELDS, -1, 0600},
    [TABLE_GROUP] = {"/etc/group", GR_FIELDS, GR_MEMBERS, GR_GID, 0644},
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

void table_load(struct table *t, enum table_kind kind)
{
    *t = (struct table){.kind = kind};
    const char *path = forms[kind].path;
    struct bytes all = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno != ENOENT)
            die_errno(1, "%s", path);
        return;
    }
    if (!read_everything(fd, &all))
        die_errno(1, "%s", path);
    close(fd);
    bytes_put(&all, '\0');
    char *rest = all.data;
    for (char *line; (line = strsep(&rest, "\n"));) {
        if (*line)
            parse_line(t, line);
    }
    free(all.data);
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

/* As text, to a new file with the old one's owner and mode. False with errno. */
static bool write_new(const struct table *t, const char *path)
{
    const struct table_form *f = &forms[t->kind];
    struct bytes all = {0};
    struct stat st = {.st_mode = f->mode};
    for (size_t i = 0; i < t->count; i++) {
        const struct record *r = &t->items[i];
        for (int n = 0; n < (r->broken ? 1 : f->fields); n++) {
            if (n)
                bytes_put(&all, ';');
            bytes_add(&all, r->field[n], strlen(r->field[n]));
        }
        bytes_put(&all, '\n');
    }
    (void)stat(f->path, &st);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write_all(fd, all.data, all.len) == 0 &&
              fchown(fd, st.st_uid, st.st_gid) == 0 && fchmod(fd, st.st_mode & 07777) == 0 &&
              fsync(fd) == 0;
    int error = errno;
    if (fd >= 0)
        close(fd);
    free(all.data);
    errno = error;
    return ok;
}

void table_save(const struct table *t)
{
    char path[64];
    snprintf(path, sizeof path, "%s.new", forms[t->kind].path);
    if (write_new(t, path) && rename(path, forms[t->kind].path) == 0)
        return;
    int error = errno;
    unlink(path);
    errno = error;
    die_errno(1, "%s is not changed", forms[t->kind].path);
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

void need_field(const char *what, const char *text)
{
    if (!field_valid(text))
        die(1, "%s '%s' contains ';' or a line's end", what, text);
}

void userdb_lock(void)
{
    if (geteuid() != 0)
        die(1, "only root can do that");
    int fd = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) < 0)
        die_errno(1, LOCK_FILE);
}
