/*
 * The user table /etc/passwd: NAME;UID;GID;REAL NAME;HOME;SHELL. Passwords live in
 * /etc/shadow, so pw_passwd is "x". Lines that are no such record are passed over.
 */
#include <errno.h>
#include <pwd.h>
#include <string.h>
#include "shim/src/env_ids/table.h"

#define PASSWD_FILE "/etc/passwd"
#define LINE_SIZE 1024

static char no_password[] = "x";

static bool parse(char *line, struct passwd *p)
{
    char *f[TABLE_FIELDS];

    if (__umk_table_split(line, f, TABLE_FIELDS) < TABLE_FIELDS || !*f[0])
        return false;
    p->pw_name = f[0];
    p->pw_passwd = no_password;
    p->pw_gecos = f[3];
    p->pw_dir = f[4];
    p->pw_shell = f[5];
    return __umk_table_id(f[1], &p->pw_uid) && __umk_table_id(f[2], &p->pw_gid);
}

/* The next record; 0, -ENOENT at the end, -ERANGE for a small buffer. */
static i64 next_record(struct table *t, struct passwd *p, char *buf, size_t size)
{
    for (;;) {
        i64 r = __umk_table_line(t, buf, size);
        if (r < 0)
            return r;
        if (parse(buf, p))
            return 0;
    }
}

/* name, or uid when name is NULL */
static int find(const char *name, uid_t uid, struct passwd *p, char *buf, size_t size,
                struct passwd **result)
{
    struct table t;
    i64 r = __umk_table_open(&t, PASSWD_FILE);

    *result = NULL;
    while (r == 0) {
        r = next_record(&t, p, buf, size);
        if (r == 0 && (name ? strcmp(p->pw_name, name) == 0 : p->pw_uid == uid)) {
            *result = p;
            break;
        }
    }
    __umk_table_close(&t);
    return r < 0 && r != -ENOENT ? (int)-r : 0;
}

int getpwnam_r(const char *name, struct passwd *p, char *buf, size_t size, struct passwd **result)
{
    return find(name, 0, p, buf, size, result);
}

int getpwuid_r(uid_t uid, struct passwd *p, char *buf, size_t size, struct passwd **result)
{
    return find(NULL, uid, p, buf, size, result);
}

static struct passwd record;
static char line[LINE_SIZE];

static struct passwd *find_static(const char *name, uid_t uid)
{
    struct passwd *result;
    int error = find(name, uid, &record, line, sizeof line, &result);

    if (error)
        __umk_fail(error);
    return result;
}

struct passwd *getpwnam(const char *name)
{
    return find_static(name, 0);
}

struct passwd *getpwuid(uid_t uid)
{
    return find_static(NULL, uid);
}

static struct table walk = {.fd = -1};

void setpwent(void)
{
    __umk_table_close(&walk);
}

void endpwent(void)
{
    __umk_table_close(&walk);
}

struct passwd *getpwent(void)
{
    i64 r = walk.fd >= 0 ? 0 : __umk_table_open(&walk, PASSWD_FILE);

    do
        r = r == 0 || r == -ERANGE ? next_record(&walk, &record, line, sizeof line) : r;
    while (r == -ERANGE);
    if (r < 0 && r != -ENOENT)
        __umk_fail((int)-r);
    return r < 0 ? NULL : &record;
}
