/* The group table /etc/group: NAME;x;GID;MEMBER,MEMBER. */
#include <errno.h>
#include <grp.h>
#include <string.h>
#include "shim/src/env_ids/table.h"

#define GROUP_FILE "/etc/group"
#define GROUP_FIELDS 4
#define LINE_SIZE 4096

/*
 * The vector of members goes behind the line in the buffer. 0, -EINVAL: no such record, -ERANGE:
 * no room.
 */
static i64 parse(char *line, size_t len, size_t size, struct group *g)
{
    char *f[GROUP_FIELDS];
    size_t n = 0, at = len + 1, pad;

    if (__umk_table_split(line, f, GROUP_FIELDS) < GROUP_FIELDS - 1 || !*f[0] ||
        !__umk_table_id(f[2], &g->gr_gid))
        return -EINVAL;
    for (const char *p = f[3]; *p; p++)
        n += *p == ',';
    pad = -(uintptr_t)(line + at) % sizeof(char *);
    if (at + pad + (n + 2) * sizeof(char *) > size)
        return -ERANGE;
    g->gr_name = f[0];
    g->gr_passwd = f[1];
    g->gr_mem = (char **)(void *)(line + at + pad);
    n = 0;
    for (char *p = f[3]; *p;) {
        char *end = strchrnul(p, ',');
        bool last = !*end;
        *end = 0;
        if (*p)
            g->gr_mem[n++] = p;
        p = last ? end : end + 1;
    }
    g->gr_mem[n] = NULL;
    return 0;
}

static i64 next_record(struct table *t, struct group *g, char *buf, size_t size)
{
    for (;;) {
        i64 r = __umk_table_line(t, buf, size);
        if (r < 0)
            return r;
        r = parse(buf, (size_t)r, size, g);
        if (r != -EINVAL)
            return r;
    }
}

static int find(const char *name, gid_t gid, struct group *g, char *buf, size_t size,
                struct group **result)
{
    struct table t;
    i64 r = __umk_table_open(&t, GROUP_FILE);

    *result = NULL;
    while (r == 0) {
        r = next_record(&t, g, buf, size);
        if (r == 0 && (name ? strcmp(g->gr_name, name) == 0 : g->gr_gid == gid)) {
            *result = g;
            break;
        }
    }
    __umk_table_close(&t);
    return r < 0 && r != -ENOENT ? (int)-r : 0;
}

int getgrnam_r(const char *name, struct group *g, char *buf, size_t size, struct group **result)
{
    return find(name, 0, g, buf, size, result);
}

int getgrgid_r(gid_t gid, struct group *g, char *buf, size_t size, struct group **result)
{
    return find(NULL, gid, g, buf, size, result);
}

static struct group record;
static char line[LINE_SIZE];

static struct group *find_static(const char *name, gid_t gid)
{
    struct group *result;
    int error = find(name, gid, &record, line, sizeof line, &result);

    if (error)
        __umk_fail(error);
    return result;
}

struct group *getgrnam(const char *name)
{
    return find_static(name, 0);
}

struct group *getgrgid(gid_t gid)
{
    return find_static(NULL, gid);
}

static struct table walk = {.fd = -1};

void setgrent(void)
{
    __umk_table_close(&walk);
}

void endgrent(void)
{
    __umk_table_close(&walk);
}

struct group *getgrent(void)
{
    i64 r = walk.fd >= 0 ? 0 : __umk_table_open(&walk, GROUP_FILE);

    do
        r = r == 0 || r == -ERANGE ? next_record(&walk, &record, line, sizeof line) : r;
    while (r == -ERANGE);
    if (r < 0 && r != -ENOENT)
        __umk_fail((int)-r);
    return r < 0 ? NULL : &record;
}

int getgrouplist(const char *user, gid_t first, gid_t *list, int *count)
{
    char buf[LINE_SIZE];
    struct table t;
    struct group g;
    int room = *count, n = 0;
    i64 r = __umk_table_open(&t, GROUP_FILE);

    if (n < room)
        list[n] = first;
    n++;
    while (r == 0 && (r = next_record(&t, &g, buf, sizeof buf)) == 0) {
        for (char **m = g.gr_mem; *m; m++) {
            if (strcmp(*m, user) != 0 || g.gr_gid == first)
                continue;
            if (n < room)
                list[n] = g.gr_gid;
            n++;
        }
    }
    __umk_table_close(&t);
    *count = n;
    return n <= room ? n : -1;
}
