/*
 * Opening and closing files over a channel, on the descriptor that the kernel has made in
 * advance (struct spare in umk/abi/portal.h). Whoever moves the spare's state to BUSY has it to
 * itself; that the kernel has taken it back meanwhile shows when the state is to move on.
 */
#include "spare.h"
#include "thread.h"

/* Opens through the kernel, of files that a spare could have served, before one is asked for. That
 * is done after a close: then the number just closed becomes the spare's, and not one above those
 * in use, which the next close would end. */
#define ASK_AFTER 4u

static u32 wishes;
static u32 wished; /* 1 + the channel of the last one */
/* Channels whose servers have no spares, a bit each; a new channel of the number stays so. */
static u64 refused[CLIENT_CHANNELS_MAX / 64];

static bool move(u32 from, u32 to)
{
    /* pairs: the kernel's exchanges of the state; FREE comes after it wrote fd and binding */
    return __atomic_compare_exchange_n(&gate_page->spare.state, &from, to, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

static bool state_is(u32 state)
{
    return __atomic_load_n(&gate_page->spare.state, __ATOMIC_ACQUIRE) == state;
}

/* The spare is BUSY, this thread's. */
static i64 open_into(u64 dir, struct span ref, u32 flags, u32 fcntl_flags)
{
    u64 fd = gate_page->spare.fd, binding = gate_page->spare.binding;
    const u64 args[3] = {flags, fcntl_flags, BINDING_HANDLE(binding)};
    bool positioned;
    i64 r = -ENOTCONN;

    if (BINDING_CHANNEL(binding) == BINDING_CHANNEL(dir))
        r = chan_path_call(dir, OP_OPENAT, ref, args, NULL, 0, &positioned);
    if (r < 0) {
        move(SPARE_BUSY, SPARE_FREE);
        return r;
    }
    gate_page->spare.flags = flags;
    chan_note_opened(fd, binding, positioned);
    if (move(SPARE_BUSY, SPARE_OPEN))
        return (i64)fd;
    /* the kernel has taken it back, and closed the file with it */
    chan_note(fd, BINDING_NONE);
    return -ENOTCONN;
}

i64 spare_open(u64 dir, struct span ref, u32 flags, u32 fcntl_flags)
{
    /* An exclusive open cannot be repeated, and another thread may have the kernel take the spare
     * back in the middle of it. */
    if ((flags & RX_O_EXCL) && gate_threaded)
        return -ENOTCONN;
    return move(SPARE_FREE, SPARE_BUSY) ? open_into(dir, ref, flags, fcntl_flags) : -ENOTCONN;
}

void spare_wish(u64 dir)
{
    __atomic_store_n(&wished, BINDING_CHANNEL(dir) + 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&wishes, 1, __ATOMIC_RELAXED);
}

void spare_ask(void)
{
    u32 n;
    i64 r;

    if (__atomic_load_n(&wishes, __ATOMIC_RELAXED) < ASK_AFTER)
        return;
    __atomic_store_n(&wishes, 0, __ATOMIC_RELAXED);
    n = __atomic_load_n(&wished, __ATOMIC_RELAXED) - 1;
    if (__atomic_load_n(&refused[n / 64], __ATOMIC_RELAXED) & 1ull << (n % 64))
        return;
    r = gate_call(UMK_SPARE, GATE_ARGS(n), NULL, NULL);
    if (r == -EOPNOTSUPP || r == -ENOSYS || r == -EBADF)
        __atomic_fetch_or(&refused[n / 64], 1ull << (n % 64), __ATOMIC_RELAXED);
}

bool spare_close(u64 fd)
{
    bool positioned;
    i64 r;

    if (!state_is(SPARE_OPEN) || gate_page->spare.fd != fd || !move(SPARE_OPEN, SPARE_BUSY))
        return false;
    r = chan_path_call(gate_page->spare.binding, OP_CLOSE, (struct span){"", 0},
                       (const u64[3]){0, 0, 0}, NULL, 0, &positioned);
    if (r == 0) {
        move(SPARE_BUSY, SPARE_FREE);
        return true;
    }
    /* when the kernel has taken it back, it has closed the file as well */
    return !move(SPARE_BUSY, SPARE_OPEN);
}

bool spare_lies_above(u64 fd)
{
    return !state_is(SPARE_NONE) && fd < gate_page->spare.fd;
}
