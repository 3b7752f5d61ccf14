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

static u64 look(void)
{
    return __atomic_load_n(&gate_page->spare.word, __ATOMIC_ACQUIRE);
}

static bool exchange(u64 word, u64 next)
{
    /* pairs: the kernel's exchanges of the word; FREE comes after it wrote the binding */
    return __atomic_compare_exchange_n(&gate_page->spare.word, &word, next, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

static bool move(u64 word, u32 to)
{
    return exchange(word, SPARE_IN_STATE(word, to));
}

/* The spare is BUSY, this thread's, by this word. */
static i64 open_into(u64 word, u64 dir, struct span ref, u32 flags, u32 fcntl_flags)
{
    u64 fd = SPARE_FD(word), binding = __atomic_load_n(&gate_page->spare.binding, __ATOMIC_ACQUIRE);
    const u64 args[3] = {flags, fcntl_flags, BINDING_HANDLE(binding)};
    bool positioned;
    i64 r = -ENOTCONN;

    if (look() != word) /* taken back: the binding may be another's */
        return -ENOTCONN;
    if (BINDING_CHANNEL(binding) == BINDING_CHANNEL(dir))
        r = chan_path_call(dir, OP_OPENAT, ref, args, NULL, 0, &positioned);
    if (r < 0) {
        move(word, SPARE_FREE);
        return r;
    }
    chan_note_opened(fd, binding, positioned);
    if (exchange(word, SPARE_OPENED(word, flags)))
        return (i64)fd;
    /* the kernel has taken it back, and closed the file with it */
    chan_note(fd, BINDING_NONE);
    return -ENOTCONN;
}

i64 spare_open(u64 dir, struct span ref, u32 flags, u32 fcntl_flags)
{
    u64 word = look();

    /* An exclusive open cannot be repeated, and another thread may have the kernel take the spare
     * back in the middle of it. */
    if (SPARE_STATE(word) != SPARE_FREE || ((flags & RX_O_EXCL) && gate_threaded) ||
        !move(word, SPARE_BUSY))
        return -ENOTCONN;
    return open_into(SPARE_IN_STATE(word, SPARE_BUSY), dir, ref, flags, fcntl_flags);
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
    u64 opened = look(), word = SPARE_IN_STATE(opened, SPARE_BUSY), binding;
    bool positioned;
    i64 r = -ENOTCONN;

    if (SPARE_STATE(opened) != SPARE_OPEN || SPARE_FD(opened) != fd || !exchange(opened, word))
        return false;
    binding = __atomic_load_n(&gate_page->spare.binding, __ATOMIC_ACQUIRE);
    if (look() == word)
        r = chan_path_call(binding, OP_CLOSE, (struct span){"", 0}, (const u64[3]){0, 0, 0}, NULL,
                           0, &positioned);
    if (r == 0) {
        move(word, SPARE_FREE);
        return true;
    }
    /* when the kernel has taken it back, it has closed the file as well */
    return !exchange(word, opened);
}

bool spare_lies_above(u64 fd)
{
    u64 word = look();

    return SPARE_STATE(word) != SPARE_NONE && fd < SPARE_FD(word);
}
