#ifndef _MALLOC_H
#define _MALLOC_H

#include <stdlib.h>

__BEGIN_DECLS
size_t malloc_usable_size(void *);
void *memalign(size_t, size_t);
/* Gives unused memory back to the system. Result: 1 when something was given. */
int malloc_trim(size_t);
__END_DECLS

#endif
