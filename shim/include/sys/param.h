#ifndef _SYS_PARAM_H
#define _SYS_PARAM_H

#include <limits.h>
#include <endian.h>

#define MAXPATHLEN PATH_MAX
#define MAXHOSTNAMELEN 256
#define MAXSYMLINKS SYMLOOP_MAX
#define MAXNAMLEN NAME_MAX
#define NGROUPS NGROUPS_MAX
#define NBBY 8
#define DEV_BSIZE 512
#define NOFILE 256
#define NCARGS ARG_MAX
#define EXEC_PAGESIZE PAGESIZE

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define howmany(n, d) (((n) + ((d)-1)) / (d))
#define roundup(n, d) (howmany(n, d) * (d))
#define powerof2(n) (((n) & ((n)-1)) == 0)
#define setbit(a, i) ((a)[(i) / NBBY] |= (unsigned char)(1 << ((i) % NBBY)))
#define clrbit(a, i) ((a)[(i) / NBBY] &= (unsigned char)~(1 << ((i) % NBBY)))
#define isset(a, i) ((a)[(i) / NBBY] & (1 << ((i) % NBBY)))
#define isclr(a, i) (!isset(a, i))

#endif
