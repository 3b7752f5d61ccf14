#ifndef _SYS_UIO_H
#define _SYS_UIO_H

#include <sys/types.h>
#include <bits/iovec.h>

#define UIO_MAXIOV 1024

__BEGIN_DECLS
ssize_t readv(int, const struct iovec *, int);
ssize_t writev(int, const struct iovec *, int);
#if __UMK_EXT
/* flags of preadv2 and pwritev2; an offset of -1 is the file's own position */
#define RWF_APPEND 0x10
#define RWF_NOWAIT 0x8
ssize_t preadv(int, const struct iovec *, int, off_t);
ssize_t pwritev(int, const struct iovec *, int, off_t);
ssize_t preadv2(int, const struct iovec *, int, off_t, int);
ssize_t pwritev2(int, const struct iovec *, int, off_t, int);
#endif
__END_DECLS

#endif
