/*
 * The handlers of calls, by family; the table from number to handler is in calls.c. Each takes the
 * decoded call in c->call and returns a result or PARKED.
 */
#ifndef UMK_CORE_CALLS_H
#define UMK_CORE_CALLS_H

#include "umk/core/process.h"

/* calls_open.c */
i64 sys_openat(struct context *c);
i64 sys_unlinkat(struct context *c);
i64 sys_close(struct context *c);
i64 sys_dup_into(struct context *c);
i64 sys_dup2(struct context *c);
i64 sys_bind(struct context *c);
/* calls_file.c */
i64 sys_read(struct context *c);
i64 sys_write(struct context *c);
i64 sys_lseek(struct context *c);
i64 sys_fchown(struct context *c);
i64 sys_fcntl(struct context *c);
i64 sys_fevent(struct context *c);
i64 sys_flink(struct context *c);
i64 sys_frename(struct context *c);
i64 sys_fpath(struct context *c);
i64 sys_fstat(struct context *c);
i64 sys_fsync(struct context *c);
i64 sys_msync(struct context *c);
/* done() of requests that a server answers with a struct rx_stat: fills in the device, which no
 * server knows. */
void fstat_done(struct request *r, i64 result, struct desc *fd, u32 extra);
/* calls_call.c */
i64 sys_call(struct context *c);
/* A parked receive got its descriptors (references taken over): installs them. Result for the
 * call. */
i64 call_received(struct context *c, struct desc **ds, size_t n);
/* calls_memory.c */
i64 sys_fmap(struct context *c);
i64 sys_funmap(struct context *c);
i64 sys_mprotect(struct context *c);
/* Finds where the pages lie that a server named in its answer to a MmapPrep. -EINVAL. */
i64 server_pages(struct scheme *s, u64 address, u64 size, struct object **o, u64 *offset);
/* calls_process.c */
i64 sys_proc(struct context *c);
i64 sys_fault(struct context *c);
i64 sys_clock_gettime(struct context *c);
i64 sys_nanosleep(struct context *c);
i64 sys_loop(struct context *c);
i64 sys_loop_wait(struct context *c);
i64 sys_portal_new(struct context *c);
i64 sys_portal_free(struct context *c);

#endif
