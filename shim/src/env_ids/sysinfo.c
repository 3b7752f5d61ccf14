/* sysinfo and its relatives, as sysconf tells them. */
#include <string.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>
#include "shim/src/internal/result.h"

int get_nprocs(void)
{
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

int get_nprocs_conf(void)
{
    return (int)sysconf(_SC_NPROCESSORS_CONF);
}

long get_phys_pages(void)
{
    return sysconf(_SC_PHYS_PAGES);
}

long get_avphys_pages(void)
{
    return sysconf(_SC_AVPHYS_PAGES);
}

int sysinfo(struct sysinfo *out)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) < 0)
        return -1;
    memset(out, 0, sizeof *out);
    out->uptime = now.tv_sec;
    out->totalram = (unsigned long)get_phys_pages();
    out->freeram = (unsigned long)get_avphys_pages();
    out->mem_unit = PAGE_SIZE;
    return 0;
}
