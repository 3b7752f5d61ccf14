/* The older view of what <sys/statvfs.h> tells. */
#ifndef _SYS_STATFS_H
#define _SYS_STATFS_H

#include <sys/types.h>

typedef struct {
    int __value[2];
} fsid_t;

struct statfs {
    unsigned long f_type; /* 0: a scheme has no such number */
    unsigned long f_bsize;
    fsblkcnt_t f_blocks, f_bfree, f_bavail;
    fsfilcnt_t f_files, f_ffree;
    fsid_t f_fsid;
    unsigned long f_namelen;
    unsigned long f_frsize;
    unsigned long f_flags;
};

__BEGIN_DECLS
int fstatfs(int, struct statfs *);
int statfs(const char *, struct statfs *);
__END_DECLS

#endif
