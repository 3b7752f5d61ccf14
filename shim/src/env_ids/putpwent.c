/* Reading and writing records of users and groups on streams, in the form of the tables in /etc. */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include "shim/src/env_ids/table.h"

#define LINE_SIZE 1024

/* A field may hold neither separator. */
static bool good(const char *field)
{
    return field && !strpbrk(field, ";\n");
}

int putpwent(const struct passwd *p, FILE *f)
{
    if (!good(p->pw_name) || !good(p->pw_gecos) || !good(p->pw_dir) || !good(p->pw_shell))
        return (int)__umk_fail(EINVAL);
    return fprintf(f, "%s;%d;%d;%s;%s;%s\n", p->pw_name, p->pw_uid, p->pw_gid, p->pw_gecos,
                   p->pw_dir, p->pw_shell) < 0
               ? -1
               : 0;
}

struct passwd *fgetpwent(FILE *f)
{
    static struct passwd record;
    static char line[LINE_SIZE];
    char *w[TABLE_FIELDS];

    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        if (__umk_table_split(line, w, TABLE_FIELDS) < TABLE_FIELDS ||
            !__umk_table_id(w[1], &record.pw_uid) || !__umk_table_id(w[2], &record.pw_gid))
            continue;
        record.pw_name = w[0];
        record.pw_passwd = "x";
        record.pw_gecos = w[3];
        record.pw_dir = w[4];
        record.pw_shell = w[5];
        return &record;
    }
    return NULL;
}

int putgrent(const struct group *g, FILE *f)
{
    if (!good(g->gr_name) || !good(g->gr_passwd))
        return (int)__umk_fail(EINVAL);
    if (fprintf(f, "%s;%s;%d;", g->gr_name, g->gr_passwd, g->gr_gid) < 0)
        return -1;
    for (char **m = g->gr_mem; *m; m++)
        if (!good(*m) || fprintf(f, "%s%s", m == g->gr_mem ? "" : ",", *m) < 0)
            return -1;
    return fputc('\n', f) == EOF ? -1 : 0;
}
