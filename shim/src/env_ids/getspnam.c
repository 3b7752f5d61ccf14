/* The shadow table /etc/shadow: NAME;HASH. */
#include <shadow.h>
#include <string.h>
#include "shim/src/env_ids/table.h"

#define LINE_SIZE 1024

static bool parse(char *line, struct spwd *s)
{
    char *f[2];

    if (__umk_table_split(line, f, 2) < 2 || !*f[0])
        return false;
    *s = (struct spwd){f[0], f[1], -1, -1, -1, -1, -1, -1, 0};
    return true;
}

/* 0, -ENOENT at the end, or another error. */
static i64 next_record(struct table *t, struct spwd *s, char *buf, size_t size)
{
    i64 r;

    while ((r = __umk_table_line(t, buf, size)) >= 0)
        if (parse(buf, s))
            return 0;
    return r;
}

int getspnam_r(const char *name, struct spwd *s, char *buf, size_t size, struct spwd **result)
{
    struct table t;
    i64 r = __umk_table_open(&t, SHADOW);

    *result = NULL;
    while (r == 0) {
        r = next_record(&t, s, buf, size);
        if (r == 0 && strcmp(s->sp_namp, name) == 0) {
            *result = s;
            break;
        }
    }
    __umk_table_close(&t);
    return r < 0 && r != -ENOENT ? (int)-r : 0;
}

static struct spwd record;
static char line[LINE_SIZE];
static struct table walk = {.fd = -1};

struct spwd *getspnam(const char *name)
{
    struct spwd *result;
    int error = getspnam_r(name, &record, line, sizeof line, &result);

    if (error)
        __umk_fail(error);
    return result;
}

void setspent(void)
{
    __umk_table_close(&walk);
}

void endspent(void)
{
    __umk_table_close(&walk);
}

struct spwd *getspent(void)
{
    i64 r = walk.fd >= 0 ? 0 : __umk_table_open(&walk, SHADOW);

    if (r == 0)
        r = next_record(&walk, &record, line, sizeof line);
    if (r < 0 && r != -ENOENT)
        __umk_fail((int)-r);
    return r < 0 ? NULL : &record;
}

struct spwd *fgetspent(FILE *f)
{
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        if (parse(line, &record))
            return &record;
    }
    return NULL;
}

int putspent(const struct spwd *s, FILE *f)
{
    if (strpbrk(s->sp_namp, ";\n") || strpbrk(s->sp_pwdp, ";\n"))
        return (int)__umk_fail(EINVAL);
    return fprintf(f, "%s;%s\n", s->sp_namp, s->sp_pwdp) < 0 ? -1 : 0;
}
