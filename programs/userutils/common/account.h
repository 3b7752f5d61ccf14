/* What the commands that change users and groups share. */
#ifndef USERUTILS_ACCOUNT_H
#define USERUTILS_ACCOUNT_H

#include "programs/userutils/common/userdb.h"

/* The three tables, locked and read; all three are written by accounts_save. */
struct accounts {
    struct table passwd, shadow, group;
};

void accounts_open(struct accounts *a);
void accounts_save(const struct accounts *a);

/* Each ends the program where there is none, or already one. */
struct record *need_user(const struct accounts *a, const char *name);
struct record *need_group(const struct accounts *a, const char *name);
void need_new_name(const char *what, const char *name, const struct record *found);
/* A number for an option, free in the table (of which `except` does not count). */
uint32_t need_free_id(const struct table *t, const char *text, const struct record *except);
/* A group by name or number. */
uint32_t need_gid(const struct accounts *a, const char *text);

void record_set_id(struct record *r, int field, uint32_t id);
/* A comma-separated list of groups, all of which must exist; the user is added to each. */
void join_groups(struct accounts *a, const char *user, const char *list);
void leave_groups(struct accounts *a, const char *user);

/* Makes a home of mode 0700 that belongs to the user; complains and goes on when that fails, false
 * then. A directory that is there already is left as it is. */
bool home_make(const char *path, uint32_t uid, uint32_t gid);

#endif
