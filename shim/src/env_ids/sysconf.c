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
    case _SC_DELAYTIMER_MAX:
        return INT_MAX;
    case _SC_NSIG:
        return 65;
    case _SC_SYMLOOP_MAX:
        return RX_SYMLOOP_MAX;
    case _SC_HOST_NAME_MAX:
        return 64;
    }
    return -2;
}

/* The options that unistd.h announces, and limits that are none. */
static const struct {
    int name;
    long value;
} options[] = {
    {_SC_VERSION, _POSIX_VERSION},
    {_SC_ADVISORY_INFO, _POSIX_ADVISORY_INFO},
    {_SC_ASYNCHRONOUS_IO, _POSIX_ASYNCHRONOUS_IO},
    {_SC_BARRIERS, _POSIX_BARRIERS},
    {_SC_CLOCK_SELECTION, _POSIX_CLOCK_SELECTION},
    {_SC_CPUTIME, _POSIX_CPUTIME},
    {_SC_DEVICE_CONTROL, _POSIX_DEVICE_CONTROL},
    {_SC_FSYNC, _POSIX_FSYNC},
    {_SC_IPV6, _POSIX_IPV6},
    {_SC_JOB_CONTROL, _POSIX_JOB_CONTROL},
    {_SC_MAPPED_FILES, _POSIX_MAPPED_FILES},
    {_SC_MEMLOCK, _POSIX_MEMLOCK},
    {_SC_MEMLOCK_RANGE, _POSIX_MEMLOCK_RANGE},
    {_SC_MEMORY_PROTECTION, _POSIX_MEMORY_PROTECTION},
    {_SC_MESSAGE_PASSING, _POSIX_MESSAGE_PASSING},
    {_SC_MONOTONIC_CLOCK, _POSIX_MONOTONIC_CLOCK},
    {_SC_PRIORITIZED_IO, _POSIX_PRIORITIZED_IO},
    {_SC_PRIORITY_SCHEDULING, _POSIX_PRIORITY_SCHEDULING},
    {_SC_RAW_SOCKETS, _POSIX_RAW_SOCKETS},
    {_SC_READER_WRITER_LOCKS, _POSIX_READER_WRITER_LOCKS},
    {_SC_REALTIME_SIGNALS, _POSIX_REALTIME_SIGNALS},
    {_SC_REGEXP, _POSIX_REGEXP},
    {_SC_SAVED_IDS, _POSIX_SAVED_IDS},
    {_SC_SEMAPHORES, _POSIX_SEMAPHORES},
    {_SC_SHARED_MEMORY_OBJECTS, _POSIX_SHARED_MEMORY_OBJECTS},
    {_SC_SHELL, _POSIX_SHELL},
    {_SC_SPAWN, _POSIX_SPAWN},
    {_SC_SPIN_LOCKS, _POSIX_SPIN_LOCKS},
    {_SC_SPORADIC_SERVER, _POSIX_SPORADIC_SERVER},
    {_SC_SYNCHRONIZED_IO, _POSIX_SYNCHRONIZED_IO},
    {_SC_THREADS, _POSIX_THREADS},
    {_SC_THREAD_ATTR_STACKADDR, _POSIX_THREAD_ATTR_STACKADDR},
    {_SC_THREAD_ATTR_STACKSIZE, _POSIX_THREAD_ATTR_STACKSIZE},
    {_SC_THREAD_CPUTIME, _POSIX_THREAD_CPUTIME},
    {_SC_THREAD_PRIORITY_SCHEDULING, _POSIX_THREAD_PRIORITY_SCHEDULING},
    {_SC_THREAD_PRIO_INHERIT, _POSIX_THREAD_PRIO_INHERIT},
    {_SC_THREAD_PRIO_PROTECT, _POSIX_THREAD_PRIO_PROTECT},
    {_SC_THREAD_PROCESS_SHARED, _POSIX_THREAD_PROCESS_SHARED},
    {_SC_THREAD_ROBUST_PRIO_INHERIT, _POSIX_THREAD_ROBUST_PRIO_INHERIT},
    {_SC_THREAD_ROBUST_PRIO_PROTECT, _POSIX_THREAD_ROBUST_PRIO_PROTECT},
    {_SC_THREAD_SAFE_FUNCTIONS, _POSIX_THREAD_SAFE_FUNCTIONS},
    {_SC_THREAD_SPORADIC_SERVER, _POSIX_THREAD_SPORADIC_SERVER},
    {_SC_TIMEOUTS, _POSIX_TIMEOUTS},
    {_SC_TIMERS, _POSIX_TIMERS},
    {_SC_TYPED_MEMORY_OBJECTS, _POSIX_TYPED_MEMORY_OBJECTS},
    {_SC_V7_ILP32_OFF32, _POSIX_V7_ILP32_OFF32},
    {_SC_V7_ILP32_OFFBIG, _POSIX_V7_ILP32_OFFBIG},
    {_SC_V7_LP64_OFF64, _POSIX_V7_LP64_OFF64},
    {_SC_V7_LPBIG_OFFBIG, _POSIX_V7_LPBIG_OFFBIG},
    {_SC_V8_ILP32_OFF32, _POSIX_V8_ILP32_OFF32},
    {_SC_V8_ILP32_OFFBIG, _POSIX_V8_ILP32_OFFBIG},
    {_SC_V8_LP64_OFF64, _POSIX_V8_LP64_OFF64},
    {_SC_V8_LPBIG_OFFBIG, _POSIX_V8_LPBIG_OFFBIG},
    {_SC_2_VERSION, _POSIX2_VERSION},
    {_SC_2_C_BIND, _POSIX2_C_BIND},
    {_SC_2_C_DEV, _POSIX2_C_DEV},
    {_SC_2_CHAR_TERM, _POSIX2_CHAR_TERM},
    {_SC_2_FORT_RUN, _POSIX2_FORT_RUN},
    {_SC_2_LOCALEDEF, _POSIX2_LOCALEDEF},
    {_SC_2_SW_DEV, _POSIX2_SW_DEV},
    {_SC_2_UPE, _POSIX2_UPE},
    {_SC_XOPEN_VERSION, _XOPEN_VERSION},
    {_SC_XOPEN_CRYPT, _XOPEN_CRYPT},
    {_SC_XOPEN_ENH_I18N, _XOPEN_ENH_I18N},
    {_SC_XOPEN_REALTIME, _XOPEN_REALTIME},
    {_SC_XOPEN_REALTIME_THREADS, _XOPEN_REALTIME_THREADS},
    {_SC_XOPEN_SHM, _XOPEN_SHM},
    {_SC_XOPEN_UNIX, _XOPEN_UNIX},
    {_SC_XOPEN_UUCP, _XOPEN_UUCP},
    {_SC_CHILD_MAX, -1},
    {_SC_TIMER_MAX, -1},
    {_SC_THREAD_THREADS_MAX, -1},
    {_SC_SEM_NSEMS_MAX, -1},
    {_SC_2_FORT_DEV, -1},
    {_SC_2_PBS, -1},
    {_SC_AIO_LISTIO_MAX, AIO_LISTIO_MAX},
    {_SC_AIO_MAX, -1},
    {_SC_AIO_PRIO_DELTA_MAX, -1},
    {_SC_MQ_OPEN_MAX, -1},
    {_SC_MQ_PRIO_MAX, MQ_PRIO_MAX},
    {_SC_SS_REPL_MAX, -1},
};

static long option(int name)
{
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (options[i].name == name)
            return options[i].value;
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
    case _SC_OPEN_MAX:
    case _SC_STREAM_MAX:
        return getdtablesize();
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
    u64 now[2];

    return rx_limit(LIMIT_FILES, NULL, now) < 0 ? (int)RX_FD_MAX : (int)now[0];
}
