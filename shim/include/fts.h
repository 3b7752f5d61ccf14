/* Walks over file trees, as 4.4BSD has them. */
#ifndef _FTS_H
#define _FTS_H

#include <sys/types.h>

struct stat;

typedef struct _ftsent {
    struct _ftsent *fts_cycle; /* FTS_DC: the directory that this one is again */
    struct _ftsent *fts_parent;
    struct _ftsent *fts_link; /* next in the directory, or in fts_children's list */
    long fts_number;          /* the program's */
    void *fts_pointer;
    char *fts_accpath; /* to open the file by, from where the walk stands */
    char *fts_path;    /* from where the walk began */
    int fts_errno;
    unsigned short fts_pathlen;
    unsigned short fts_namelen;
    ino_t fts_ino;
    dev_t fts_dev;
    nlink_t fts_nlink;
    short fts_level;
    unsigned short fts_info;
    unsigned short fts_flags; /* the walk's own */
    unsigned short fts_instr; /* fts_set's */
    struct stat *fts_statp;
    char *fts_name;
} FTSENT;

typedef struct __umk_fts FTS;

/* options of fts_open */
#define FTS_COMFOLLOW 0x001
#define FTS_LOGICAL 0x002
#define FTS_NOCHDIR 0x004 /* always so: the walk never changes the working directory */
#define FTS_NOSTAT 0x008
#define FTS_PHYSICAL 0x010
#define FTS_SEEDOT 0x020
#define FTS_XDEV 0x040
#define FTS_NAMEONLY 0x100 /* of fts_children */

/* fts_level */
#define FTS_ROOTPARENTLEVEL (-1)
#define FTS_ROOTLEVEL 0

/* fts_info */
#define FTS_D 1
#define FTS_DC 2
#define FTS_DEFAULT 3
#define FTS_DNR 4
#define FTS_DOT 5
#define FTS_DP 6
#define FTS_ERR 7
#define FTS_F 8
#define FTS_INIT 9
#define FTS_NS 10
#define FTS_NSOK 11
#define FTS_SL 12
#define FTS_SLNONE 13

/* instructions of fts_set */
#define FTS_AGAIN 1
#define FTS_FOLLOW 2
#define FTS_NOINSTR 3
#define FTS_SKIP 4

__BEGIN_DECLS
FTSENT *fts_children(FTS *, int);
int fts_close(FTS *);
FTS *fts_open(char *const *, int, int (*)(const FTSENT **, const FTSENT **));
FTSENT *fts_read(FTS *);
int fts_set(FTS *, FTSENT *, int);
__END_DECLS

#endif
