/* The older names of <utmpx.h>'s functions. */
#ifndef _UTMP_H
#define _UTMP_H

#include <utmpx.h>

#define utmp utmpx
#define ut_name ut_user
#define ut_time ut_tv.tv_sec
#define UT_LINESIZE 32
#define UT_NAMESIZE 32
#define UT_HOSTSIZE 256
#define _PATH_UTMP _PATH_UTMPX
#define _PATH_WTMP _PATH_WTMPX
#define UTMP_FILE _PATH_UTMPX
#define WTMP_FILE _PATH_WTMPX

__BEGIN_DECLS
void endutent(void);
struct utmp *getutent(void);
struct utmp *getutid(const struct utmp *);
struct utmp *getutline(const struct utmp *);
void login(const struct utmp *);
int login_tty(int);
int logout(const char *);
struct utmp *pututline(const struct utmp *);
void setutent(void);
void updwtmp(const char *, const struct utmp *);
int utmpname(const char *);
__END_DECLS

#endif
