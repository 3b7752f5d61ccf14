/* sysconf, getpagesize, getdtablesize. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "shim/src/env_ids/small_file.h"

/* "CPUs: n" is the first line of the kernel's file. */
static long processors(void)
{
    char text[64];
    const char *p;

    if (__umk_small_file("/scheme/sys/cpu", text, sizeof text) < 0)
        return 1;
    p = strstr(text, "CPUs:");
    long n = p ? strtol(p + 5, NULL, 10) : 1;
    return n > 0 ? n : 1;
}

/* Memory is a file system of pages to the memory scheme. */
static long pages(bool available)
{
    struct statvfs st;

    if (statvfs("/scheme/memory", &st) < 0)
        return -1;
    return (long)(available ? st.f_bavail : st.f_blocks) * (long)(st.f_bsize / PAGE_SIZE);
}

static long constant(int name)
{
    switch (name) {
    case _SC_ARG_MAX:
        return 1 << 21;
    case _SC_CLK_TCK:
        return 100;
    case _SC_NGROUPS_MAX:
        return 0;
    case _SC_OPEN_MAX:
        return RX_FD_MAX;
    case _SC_STREAM_MAX:
        return RX_FD_MAX;
    case _SC_TZNAME_MAX:
        return 32;
    case _SC_PAGESIZE:
        return PAGE_SIZE;
    case _SC_RTSIG_MAX:
        return 30;
    case _SC_SEM_VALUE_MAX:
        return 0x7fffffff;
    case _SC_SIGQUEUE_MAX:
        return 32;
    case _SC_LINE_MAX:
        return 4096;
    case _SC_RE_DUP_MAX:
        return 255;
    case _SC_BC_BASE_MAX:
    case _SC_BC_SCALE_MAX:
        return 99;
    case _SC_BC_DIM_MAX:
        return 2048;
    case _SC_BC_STRING_MAX:
        return 1000;
    case _SC_COLL_WEIGHTS_MAX:
        return 2;
    case _SC_EXPR_NEST_MAX:
        return 32;
    case _SC_IOV_MAX:
        return 1024;
    case _SC_GETGR_R_SIZE_MAX:
    case _SC_GETPW_R_SIZE_MAX:
        return 4096;
    case _SC_LOGIN_NAME_MAX:
        return 33;
    case _SC_TTY_NAME_MAX:
        return 32;
    case _SC_THREAD_DESTRUCTOR_ITERATIONS:
        return 4;
    case _SC_THREAD_KEYS_MAX:
        return UMK_TSD_KEYS;
    case _SC_THREAD_STACK_MIN:
        return 16384;
    case _SC_ATEXIT_MAX:
        return INT_MAX;
    case _SC_SYMLOOP_MAX:
        return RX_SYMLOOP_MAX;
    case _SC_HOST_NAME_MAX:
        return 64;
    }
    return -2;
}

/* The options that unistd.h announces. */
static long option(int name)
{
    switch (name) {
    case _SC_JOB_CONTROL:
    case _SC_SAVED_IDS:
    case _SC_REGEXP:
    case _SC_SHELL:
        return 1;
    case _SC_VERSION:
    case _SC_TIMERS:
    case _SC_FSYNC:
    case _SC_MAPPED_FILES:
    case _SC_MEMORY_PROTECTION:
    case _SC_SEMAPHORES:
    case _SC_THREADS:
    case _SC_THREAD_SAFE_FUNCTIONS:
    case _SC_THREAD_ATTR_STACKADDR:
    case _SC_THREAD_ATTR_STACKSIZE:
    case _SC_BARRIERS:
    case _SC_CLOCK_SELECTION:
    case _SC_MONOTONIC_CLOCK:
    case _SC_READER_WRITER_LOCKS:
    case _SC_SPIN_LOCKS:
    case _SC_SPAWN:
    case _SC_2_VERSION:
        return _POSIX_VERSION;
    case _SC_XOPEN_VERSION:
        return _XOPEN_VERSION;
    case _SC_CHILD_MAX:
    case _SC_TIMER_MAX:
    case _SC_THREAD_THREADS_MAX:
    case _SC_SEM_NSEMS_MAX:
    case _SC_REALTIME_SIGNALS:
    case _SC_2_C_BIND:
    case _SC_2_C_DEV:
    case _SC_2_FORT_DEV:
    case _SC_2_FORT_RUN:
    case _SC_2_SW_DEV:
    case _SC_2_LOCALEDEF:
    case _SC_2_CHAR_TERM:
    case _SC_IPV6:
        return -1;
    }
    return -2;
}

long sysconf(int name)
{
    long value = constant(name);

    if (value == -2)
        value = option(name);
    if (value != -2)
        return value;
    switch (name) {
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN:
        return processors();
    case _SC_PHYS_PAGES:
        return pages(false);
    case _SC_AVPHYS_PAGES:
        return pages(true);
    default:
        return __umk_fail(EINVAL);
    }
}

int getpagesize(void)
{
    return PAGE_SIZE;
}

int getdtablesize(void)
{
    return RX_FD_MAX;
}
