#ifndef _UTMP_H
#define _UTMP_H

#include <features.h>

__BEGIN_DECLS
int login_tty(int);
__END_DECLS

#endif
