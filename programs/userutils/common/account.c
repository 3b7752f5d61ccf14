/* Changing users and groups; see account.h. */
#include "programs/userutils/common/account.h"
#include "programs/common/error.h"
#include "programs/common/io.h"
#include "programs/common/size.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void accounts_open(struct accounts *a)
{
    userdb_lock();
    table_load(&a->passwd, TABLE_PASSWD);
    table_load(&a->shadow, TABLE_SHADOW);
    table_load(&a->group, TABLE_GROUP);
}

/* passwd last: a user whose group or hash is missing could not be helped by running it again. */
void accounts_save(const struct accounts *a)
{
    table_save(&a->group);
    table_save(&a->shadow);
    table_save(&a->passwd);
}

struct record *need_user(const struct accounts *a, const char *name)
{
    struct record *r = table_find(&a->passwd, name);
    if (!r)
        die(1, "user '%s' does not exist", name);
    return r;
}

struct record *need_group(const struct accounts *a, const char *name)
{
    struct record *r = table_find(&a->group, name);
    if (!r)
        die(1, "group '%s' does not exist", name);
    return r;
}

void need_new_name(const char *what, const char *name, const struct record *found)
{
    if (!name_valid(name))
        die(1, "'%s' is no name: 3 to 32 letters, digits, '.', '_' or '-', the first no '-'", name);
    if (found)
        die(1, "%s '%s' already exists", what, name);
}

static uint32_t need_number(const char *text)
{
    uint64_t n;
    if (!number_parse(text, &n) || n >= INT32_MAX)
        die(1, "'%s' is no id", text);
    return (uint32_t)n;
}

uint32_t need_free_id(const struct table *t, const char *text, const struct record *except)
{
    uint32_t id = need_number(text);
    const struct record *r = table_find_id(t, id);
    if (r && r != except)
        die(1, "id %u is '%s' already", id, r->field[0]);
    return id;
}

uint32_t need_gid(const struct accounts *a, const char *text)
{
    const struct record *r = table_find(&a->group, text);
    uint64_t n;
    if (!r && number_parse(text, &n) && n < INT32_MAX)
        r = table_find_id(&a->group, (uint32_t)n);
    if (!r)
        die(1, "group '%s' does not exist", text);
    return record_id(r, GR_GID);
}

void record_set_id(struct record *r, int field, uint32_t id)
{
    char text[16];
    snprintf(text, sizeof text, "%u", id);
    record_set(r, field, text);
}

void join_groups(struct accounts *a, const char *user, const char *list)
{
    char *copy = xstrdup(list), *rest = copy;
    for (char *name; (name = strsep(&rest, ","));) {
        if (*name)
            group_add(need_group(a, name), user);
    }
    free(copy);
}

void leave_groups(struct accounts *a, const char *user)
{
    for (size_t i = 0; i < a->group.count; i++)
        group_remove(&a->group.items[i], user);
}

bool home_make(const char *path, uint32_t uid, uint32_t gid)
{
    if (mkdir(path, 0700) < 0) {
        if (errno == EEXIST)
            return true;
        warn_errno("%s", path);
        return false;
    }
    if (chown(path, (uid_t)uid, (gid_t)gid) < 0) {
        warn_errno("%s", path);
        return false;
    }
    return true;
}
