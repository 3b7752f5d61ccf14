/*
 * Debug builds (UMK_DEBUG) only: a server whose main loop is at work must not wait for another
 * server, which may be waiting for this one. Such a call ends the program here, with its stack.
 *
 * Kernel schemes answer at once and may be called. Which descriptors belong to another server only
 * the kernel knows: asked to bind one to a channel, it makes a channel to a server and to nothing
 * else. An open through a namespace is found when the file is there, one call too late.
 */
#include "gate.h"
#include "thread.h"

#ifdef UMK_DEBUG

volatile bool gate_dispatching;

/* Whether the call is put to the scheme behind the descriptor in args[0]. */
static bool asks_scheme(u32 op, const u64 args[6])
{
    switch (op) {
    case SYS_OPENAT:
    case SYS_UNLINKAT:
    case SYS_READ:
    case SYS_READ2:
    case SYS_WRITE:
    case SYS_WRITE2:
    case SYS_LSEEK:
    case SYS_FCHOWN:
    case SYS_FEVENT:
    case SYS_CALL:
    case SYS_FMAP:
    case SYS_FLINK:
    case SYS_FRENAME:
    case SYS_FPATH:
    case SYS_FSTAT:
    case SYS_FSYNC:
        return true;
    case SYS_DUP_INTO: /* without a request the kernel does it */
        return args[1] > 0;
    case SYS_DUP2:
        return args[2] > 0;
    case SYS_FCNTL:
        return args[1] == RX_F_SETFL;
    default:
        return false;
    }
}

static bool served_by_another(u64 fd)
{
    u64 ret[4];

    return fd != RX_ANON_FD && gate_call(UMK_BIND, GATE_ARGS(fd), NULL, ret) == 0 &&
           ret[0] != BINDING_NONE;
}

_Noreturn void gate_blocked(void)
{
    rx_panic("a server's main loop waits for another server: use rx_async_call and the like");
}

void gate_check_call(u32 op, const u64 args[6])
{
    if (gate_dispatching && asks_scheme(op, args) && served_by_another(args[0]))
        gate_blocked();
}

void gate_check_opened(u32 op, i64 fd)
{
    if (gate_dispatching && op == SYS_OPENAT && fd >= 0 && served_by_another((u64)fd))
        gate_blocked();
}

#endif
