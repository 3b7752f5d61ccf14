/* Who is logged in, see logins.h. */
#include "logins.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/sysinfo.h>
#include <unistd.h>
#include <utmpx.h>

time_t boot_time(void)
{
    struct sysinfo info;
    return sysinfo(&info) < 0 ? 0 : time(NULL) - (time_t)info.uptime;
}

/* The seconds of both are cut off. */
static bool still_there(const struct utmpx *u, time_t boot)
{
    return u->ut_type == USER_PROCESS && u->ut_tv.tv_sec + 1 >= boot &&
           (kill(u->ut_pid, 0) == 0 || errno != ESRCH);
}

bool login_next(struct login *out)
{
    time_t boot = boot_time();
    const struct utmpx *u;
    while ((u = getutxent()) && !still_there(u, boot))
        ;
    if (!u)
        return false;
    snprintf(out->user, sizeof out->user, "%.*s", (int)sizeof u->ut_user, u->ut_user);
    snprintf(out->line, sizeof out->line, "%.*s", (int)sizeof u->ut_line, u->ut_line);
    snprintf(out->host, sizeof out->host, "%.*s", (int)sizeof u->ut_host, u->ut_host);
    out->pid = u->ut_pid;
    out->since = (time_t)u->ut_tv.tv_sec;
    return true;
}

void login_path(const struct login *l, char *path, size_t size)
{
    bool whole = l->line[0] == '/';
    snprintf(path, size, "%s%s", whole ? "" : "/dev/", l->line);
    if (!whole && access(path, F_OK) < 0)
        snprintf(path, size, "/scheme/%s", l->line);
}
