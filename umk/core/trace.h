/*
 * The trace of calls: a machine sets the hooks (umk run --trace); without them the cost is one
 * test of a pointer. The process and the portal name the track.
 */
#ifndef UMK_CORE_TRACE_H
#define UMK_CORE_TRACE_H

#include "umk/core/process.h"

struct trace_hooks {
    void (*call)(u32 pid, u32 portal, const char *process, const char *call, const u64 args[6]);
    void (*reply)(u32 pid, u32 portal, i64 result);
};
extern const struct trace_hooks *core_trace;

/* The name of a call number, "?" for an unknown one. */
const char *call_name(u32 op);

/* calls.c, for trace_call. */
void trace_this_call(const struct context *c);

static inline void trace_call(const struct context *c)
{
    if (core_trace)
        trace_this_call(c);
}

static inline void trace_reply(const struct context *c, i64 result)
{
    if (core_trace)
        core_trace->reply(c->proc->pid, c->portal, result);
}

#endif
