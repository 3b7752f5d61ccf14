#ifndef _LIBGEN_H
#define _LIBGEN_H

#include <features.h>

__BEGIN_DECLS
/* Both may change the string. */
char *dirname(char *);
char *basename(char *);
__END_DECLS

#endif
