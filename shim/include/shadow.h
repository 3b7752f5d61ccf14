/* /etc/shadow: NAME;HASH, as Redox has it. The ages of passwords are not kept: they are -1. */
#ifndef _SHADOW_H
#define _SHADOW_H

#include <stdio.h>

#define SHADOW "/etc/shadow"

struct spwd {
    char *sp_namp;
    char *sp_pwdp;
    long sp_lstchg;
    long sp_min;
    long sp_max;
    long sp_warn;
    long sp_inact;
    long sp_expire;
    unsigned long sp_flag;
};

__BEGIN_DECLS
void endspent(void);
struct spwd *fgetspent(FILE *);
struct spwd *getspent(void);
struct spwd *getspnam(const char *);
int getspnam_r(const char *, struct spwd *, char *, size_t, struct spwd **);
int putspent(const struct spwd *, FILE *);
void setspent(void);
__END_DECLS

#endif
