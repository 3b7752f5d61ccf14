/* struct timespec, for the headers that must define it. */
#ifndef _BITS_TIMESPEC_H
#define _BITS_TIMESPEC_H

#include <bits/types.h>

struct timespec {
    __time_t tv_sec;
    long tv_nsec;
};

#endif
