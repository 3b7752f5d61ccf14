#ifndef _SYS_SYSINFO_H
#define _SYS_SYSINFO_H

#include <features.h>

struct sysinfo {
    long uptime;            /* seconds since the system was booted */
    unsigned long loads[3]; /* 0: not measured */
    unsigned long totalram, freeram, sharedram, bufferram, totalswap, freeswap; /* mem_unit bytes */
    unsigned short procs;
    unsigned long totalhigh, freehigh;
    unsigned int mem_unit;
};

__BEGIN_DECLS
int get_nprocs(void);
int get_nprocs_conf(void);
long get_avphys_pages(void);
long get_phys_pages(void);
int sysinfo(struct sysinfo *);
__END_DECLS

#endif
