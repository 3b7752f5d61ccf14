/* sysinfo and its relatives, as sysconf tells them. */
#include <fcntl.h>
#include <stdlib.h>
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

/* Seconds since the system was booted; the clock of the machine below may have run for longer. */
static long seconds_up(void)
{
    static const char key[] = "boot_time: ";
    char text[64];
    struct timespec now;
    int fd = open("/scheme/sys/stat", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

    if (fd >= 0)
        close(fd);
    if (n < 0 || clock_gettime(CLOCK_REALTIME, &now) < 0)
        return -1;
    text[n] = '\0';
    if (strncmp(text, key, sizeof key - 1) != 0)
        return __umk_fail(EIO);
    return (long)(now.tv_sec - strtoll(text + sizeof key - 1, NULL, 10));
}

int sysinfo(struct sysinfo *out)
{
    long up = seconds_up();

    if (up < 0)
        return -1;
    memset(out, 0, sizeof *out);
    out->uptime = up;
    out->totalram = (unsigned long)get_phys_pages();
    out->freeram = (unsigned long)get_avphys_pages();
    out->mem_unit = PAGE_SIZE;
    return 0;
}
