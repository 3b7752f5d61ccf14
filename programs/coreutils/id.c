/* id: who the process, or a user, is. */
#include "common/error.h"
#include "common/ids.h"
#include "common/io.h"
#include "common/options.h"

#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: id [OPTION]... [USER]\nPrint user and group ids of USER, or of this process.\n"
    "  -u  effective user    -g  effective group    -G  all groups\n"
    "  -n  names instead of numbers, with -ugG    -r  real ids, with -ugG\n";

struct who {
    uid_t uid, euid;
    gid_t gid, egid;
    gid_t *groups;
    size_t count;
};

static void add_group(struct who *w, size_t *cap, gid_t gid)
{
    for (size_t i = 0; i < w->count; i++) {
        if (w->groups[i] == gid)
            return;
    }
    w->groups = xgrow(w->groups, cap, w->count + 1, sizeof *w->groups);
    w->groups[w->count++] = gid;
}

static void look_up(struct who *w, const char *name)
{
    const struct passwd *pw = getpwnam(name);
    size_t cap = 0;
    if (!pw)
        die(1, "'%s': no such user", name);
    w->uid = w->euid = pw->pw_uid;
    w->gid = w->egid = pw->pw_gid;
    char *own = xstrdup(pw->pw_name);
    add_group(w, &cap, w->gid);
    setgrent();
    for (const struct group *gr; (gr = getgrent());) {
        for (char **m = gr->gr_mem; m && *m; m++) {
            if (strcmp(*m, own) == 0)
                add_group(w, &cap, gr->gr_gid);
        }
    }
    endgrent();
    free(own);
}

static void ask_process(struct who *w)
{
    gid_t list[256];
    size_t cap = 0;
    w->uid = getuid();
    w->euid = geteuid();
    w->gid = getgid();
    w->egid = getegid();
    add_group(w, &cap, w->egid);
    int n = getgroups(256, list);
    for (int i = 0; i < n; i++)
        add_group(w, &cap, list[i]);
}

static void print_all(const struct who *w)
{
    printf("uid=%lu(%s) gid=%lu(%s)", (unsigned long)w->uid, user_name(w->uid),
           (unsigned long)w->gid, group_name(w->gid));
    if (w->euid != w->uid)
        printf(" euid=%lu(%s)", (unsigned long)w->euid, user_name(w->euid));
    if (w->egid != w->gid)
        printf(" egid=%lu(%s)", (unsigned long)w->egid, group_name(w->egid));
    for (size_t i = 0; i < w->count; i++)
        printf("%s%lu(%s)", i ? "," : " groups=", (unsigned long)w->groups[i],
               group_name(w->groups[i]));
    putchar('\n');
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"user", OPT_NONE, 'u'},   {"group", OPT_NONE, 'g'},
                                            {"groups", OPT_NONE, 'G'}, {"name", OPT_NONE, 'n'},
                                            {"real", OPT_NONE, 'r'},   {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "ugGnr", .longs = longs, .usage = usage};
    char what = '\0';
    bool names = false;
    bool real = false;
    struct who w = {0};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'n')
            names = true;
        else if (c == 'r')
            real = true;
        else if (what && what != c)
            die(1, "cannot print \"only\" of more than one choice");
        else
            what = (char)c;
    }
    if ((names || real) && !what)
        die(1, "cannot print only names or real IDs in default format");
    if (opt_count(&o) > 0)
        look_up(&w, opt_operands(&o)[0]);
    else
        ask_process(&w);
    uid_t uid = real ? w.uid : w.euid;
    gid_t gid = real ? w.gid : w.egid;
    if (!what)
        print_all(&w);
    else if (what == 'u')
        names ? printf("%s\n", user_name(uid)) : printf("%lu\n", (unsigned long)uid);
    else if (what == 'g')
        names ? printf("%s\n", group_name(gid)) : printf("%lu\n", (unsigned long)gid);
    for (size_t i = 0; what == 'G' && i < w.count; i++) {
        fputs(i ? " " : "", stdout);
        names ? printf("%s", group_name(w.groups[i])) : printf("%lu", (unsigned long)w.groups[i]);
    }
    if (what == 'G')
        putchar('\n');
    free(w.groups);
    return finish(0);
}
