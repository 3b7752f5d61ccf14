/* Who is logged in: records in /var/run/utmpx, or the file that utmpxname names. */
#ifndef _UTMPX_H
#define _UTMPX_H

#include <sys/types.h>
#include <bits/timeval.h>

struct utmpx {
    short ut_type;
    pid_t ut_pid;
    char ut_line[32];
    char ut_id[4];
    char ut_user[32];
    char ut_host[256];
    struct timeval ut_tv;
    int __reserved[8];
};

#define EMPTY 0
#define RUN_LVL 1
#define BOOT_TIME 2
#define NEW_TIME 3
#define OLD_TIME 4
#define INIT_PROCESS 5
#define LOGIN_PROCESS 6
#define USER_PROCESS 7
#define DEAD_PROCESS 8

__BEGIN_DECLS
void endutxent(void);
struct utmpx *getutxent(void);
struct utmpx *getutxid(const struct utmpx *);
struct utmpx *getutxline(const struct utmpx *);
struct utmpx *pututxline(const struct utmpx *);
void setutxent(void);
#if __UMK_EXT
#define _PATH_UTMPX "/var/run/utmpx"
#define _PATH_WTMPX "/var/log/wtmpx"
int utmpxname(const char *);
void updwtmpx(const char *, const struct utmpx *);
#endif
__END_DECLS

#endif
