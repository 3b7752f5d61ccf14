#ifndef _DEVCTL_H
#define _DEVCTL_H

#include <features.h>
#define __need_size_t
#include <stddef.h>

__BEGIN_DECLS
int posix_devctl(int, int, void *__restrict, size_t, int *__restrict);
__END_DECLS

#endif
