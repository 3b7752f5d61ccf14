/* How a file system's server ends that cannot serve what it was told to. */
#ifndef LIBFILE_REFUSE_H
#define LIBFILE_REFUSE_H

#include "umk/abi/types.h"

#define EXIT_FAULT 1u     /* init tries again */
#define EXIT_HOPELESS 78u /* init does not (docs/INIT.md) */

/* Prints "SERVER: NAME: WHY" on standard error, and on the console when init is the one who started
 * it, since few people read its log. */
_Noreturn void refuse(const char *server, const char *name, const char *why, u32 status);

#endif
