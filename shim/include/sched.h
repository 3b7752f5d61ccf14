#ifndef _SCHED_H
#define _SCHED_H

#include <sys/types.h>
#include <bits/sched_param.h>
#include <bits/timespec.h>

#define SCHED_OTHER 0
#define SCHED_FIFO 1
#define SCHED_RR 2

__BEGIN_DECLS
int sched_get_priority_max(int);
int sched_get_priority_min(int);
int sched_yield(void);
__END_DECLS

#endif
