#ifndef _MNTENT_H
#define _MNTENT_H

#include <stdio.h>

/* Files of this format; the system itself keeps neither. */
#define MNTTAB "/etc/fstab"
#define MOUNTED "/etc/mtab"

#define MNTTYPE_IGNORE "ignore"
#define MNTTYPE_NFS "nfs"
#define MNTTYPE_SWAP "swap"
#define MNTOPT_DEFAULTS "defaults"
#define MNTOPT_NOAUTO "noauto"
#define MNTOPT_NOSUID "nosuid"
#define MNTOPT_RO "ro"
#define MNTOPT_RW "rw"
#define MNTOPT_SUID "suid"

__BEGIN_DECLS
struct mntent {
    char *mnt_fsname;
    char *mnt_dir;
    char *mnt_type;
    char *mnt_opts;
    int mnt_freq;
    int mnt_passno;
};

FILE *setmntent(const char *, const char *);
/* The next entry, in memory that the next call uses again; NULL at the end. */
struct mntent *getmntent(FILE *);
/* The same in the caller's memory; an entry that does not fit is left out. */
struct mntent *getmntent_r(FILE *, struct mntent *, char *, int);
/* 0, or 1 when it could not be written. */
int addmntent(FILE *, const struct mntent *);
/* Closes the file; always 1. */
int endmntent(FILE *);
char *hasmntopt(const struct mntent *, const char *);
__END_DECLS

#endif
