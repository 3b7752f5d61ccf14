/*
 * A scheme server that keeps no rule: it answers wrongly in a way that the opened path says.
 *
 *     hostile_server SCHEME
 *
 * It speaks to the queue itself. A client opens the name of a misdeed; the answer to that open is
 * right (but for misdeeds of open), and every request on the file that follows gets the misdeed.
 * Standard output gets the line "serving" when the scheme is there. It ends when it is killed.
 */
#include "tests/programs/raw.h"

#define ROOT 1u
/* The file of misdeed i has number FIRST_FILE + i. */
#define FIRST_FILE 100u

static u8 *queue;
static u32 sq_head, cq_tail;

static struct queue_header *header(void)
{
    return (struct queue_header *)queue;
}

static void answer(u32 flags, u32 tag, u64 result)
{
    struct cqe *c = (struct cqe *)(queue + QUEUE_CQ_OFFSET) + cq_tail % QUEUE_CQ_ENTRIES;

    *c = (struct cqe){.flags = (u8)flags, .tag = tag, .result = result};
    /* pairs: the kernel's acquire load of cq_tail */
    __atomic_store_n(&header()->cq_tail, ++cq_tail, __ATOMIC_SEQ_CST);
    raw_ring(raw.kernel_bell);
}

/* ---- misdeeds ----------------------------------------------------------------------- */

static void never(const struct sqe *s)
{
    (void)s;
}

static void twice(const struct sqe *s)
{
    answer(CQE_REGULAR, s->tag, 1);
    answer(CQE_REGULAR, s->tag, 1);
}

static void unknown_tag(const struct sqe *s)
{
    answer(CQE_REGULAR, s->tag + 1, 0);
    answer(CQE_REGULAR, UINT32_MAX, 0);
    answer(CQE_REGULAR, s->tag, (u64)-EIO);
}

static void huge_result(const struct sqe *s)
{
    answer(CQE_REGULAR, s->tag, INT64_MAX);
}

static void longer_than_asked(const struct sqe *s)
{
    answer(CQE_REGULAR, s->tag, s->args[2] + 1);
}

static void strange_error(const struct sqe *s)
{
    answer(CQE_REGULAR, s->tag, (u64)-4095);
}

static void foreign_fd(const struct sqe *s)
{
    answer(CQE_WITH_FD, s->tag, 54321);
}

static void many_fds(const struct sqe *s)
{
    answer(CQE_WITH_MULTIPLE_FDS, s->tag, UINT64_MAX);
}

static void obtain(const struct sqe *s)
{
    answer(CQE_OBTAIN_FD, s->tag, UINT64_MAX);
    answer(CQE_REGULAR, s->tag, (u64)-EIO);
}

static void unknown_flags(const struct sqe *s)
{
    answer(7, s->tag, 0);
    answer(0xFF, s->tag, 0);
    answer(CQE_REGULAR, s->tag, (u64)-EIO);
}

static void false_events(const struct sqe *s)
{
    for (u64 id = 0; id < 64; id++)
        answer(CQE_FEVENT, UINT32_MAX, id + FIRST_FILE);
    answer(CQE_FEVENT, UINT32_MAX, UINT64_MAX);
    answer(CQE_REGULAR, s->tag, (u64)-EIO);
}

/* More entries than the ring has: its owner dies of it. */
static void corrupt_ring(const struct sqe *s)
{
    (void)s;
    __atomic_store_n(&header()->cq_tail, cq_tail + 0x10000, __ATOMIC_SEQ_CST);
    raw_ring(raw.kernel_bell);
}

static void scribble_queue(const struct sqe *s)
{
    (void)s;
    for (u32 i = 0; i < 4096; i++)
        *(volatile u64 *)(queue + (raw_random() % (QUEUE_SMALL_OFFSET / 8)) * 8) = raw_random();
    raw_ring(raw.kernel_bell);
}

/* Right here; what is wrong goes over the channel that its client gets for it. */
static void channel_lies(const struct sqe *s)
{
    answer(CQE_REGULAR, s->tag, s->opcode == OP_READ ? s->args[2] : 0);
}

static const struct {
    const char *name;
    void (*act)(const struct sqe *s);
} misdeeds[] = {
    {"never", never},
    {"twice", twice},
    {"unknown_tag", unknown_tag},
    {"huge_result", huge_result},
    {"longer_than_asked", longer_than_asked},
    {"strange_error", strange_error},
    {"foreign_fd", foreign_fd},
    {"many_fds", many_fds},
    {"obtain", obtain},
    {"unknown_flags", unknown_flags},
    {"false_events", false_events},
    {"corrupt_ring", corrupt_ring},
    {"scribble_queue", scribble_queue},
    {"channel_lies", channel_lies},
};
#define MISDEEDS (sizeof(misdeeds) / sizeof(misdeeds[0]))

/* ---- channels ----------------------------------------------------------------------- */

/* Answers whatever waits in a channel, with what nobody asked for. */
static bool lie_in(const struct raw_map *map)
{
    static const u64 lies[] = {0,          1,          17,          CHANNEL_BIG + 1, INT64_MAX,
                               1ull << 63, (u64)-4095, (u64)-EINTR, (u64)-ECANCELED, (u64)-EBADF};
    struct channel_header *h = (struct channel_header *)map->addr;
    struct channel_slot *slots = (struct channel_slot *)(map->addr + CHANNEL_SLOT_OFFSET);
    bool any = false;

    h->need_ring = (u32)raw_random();
    h->server_cpu = (u32)raw_random();
    for (u32 i = 0; i < CHANNEL_SLOTS; i++) {
        if ((__atomic_load_n(&slots[i].state, __ATOMIC_ACQUIRE) & WAIT_STATE) != WAIT_PENDING)
            continue;
        slots[i].result = (i64)lies[raw_random() % (sizeof(lies) / sizeof(lies[0]))];
        slots[i].pad = (u32)raw_random();
        /* now and then with a state that there is not, before the one that ends the wait */
        if (raw_random() & 1)
            __atomic_store_n(&slots[i].state, (u32)raw_random() | WAIT_SLEEPING, __ATOMIC_RELEASE);
        __atomic_store_n(&slots[i].state, WAIT_DONE, __ATOMIC_RELEASE);
        host_call(HOST_FUTEX, (u64)&slots[i].state, 1, INT32_MAX, 0, 0, 0);
        any = true;
    }
    return any;
}

static bool lie(void)
{
    bool any = false;

    for (u32 i = 0; i < raw.nmaps; i++) {
        if (raw.maps[i].kind == CTL_CHANNEL_SERVER)
            any = lie_in(&raw.maps[i]) || any;
    }
    return any;
}

/* ---- serving ------------------------------------------------------------------------ */

/* open: PATH is the name of a misdeed; `at_open/NAME` does it to the open itself. */
static void serve_open(const struct sqe *s)
{
    static const char prefix[] = "at_open/";
    char path[64] = {0};
    u64 len = s->args[2] < sizeof(path) - 1 ? s->args[2] : sizeof(path) - 1;
    bool now = true;

    raw_copy(path, queue + s->args[1], len);
    for (u32 i = 0; prefix[i]; i++)
        now = now && path[i] == prefix[i];
    for (u32 i = 0; i < MISDEEDS; i++) {
        if (raw_same(path + (now ? sizeof(prefix) - 1 : 0), misdeeds[i].name)) {
            if (now)
                misdeeds[i].act(s);
            else
                answer(CQE_REGULAR, s->tag, FIRST_FILE + i);
            return;
        }
    }
    answer(CQE_REGULAR, s->tag, (u64)-ENOENT);
}

static void serve(const struct queue_entry *e)
{
    const struct sqe *s = &e->sqe;
    u64 file = s->args[0] - FIRST_FILE;

    if (s->flags & SQE_ONEWAY || s->opcode == OP_CLOSE_MSG || s->opcode == OP_DETACH)
        return;
    if (s->opcode == OP_OPENAT)
        serve_open(s);
    else if (file < MISDEEDS)
        misdeeds[file].act(s);
    else
        answer(CQE_REGULAR, s->tag, (u64)-EBADF);
}

/* Makes a scheme and registers it. */
static bool create(const char *name)
{
    static const struct rx_new_fd root = {.number = ROOT};
    struct {
        u64 verb;
        char name[64];
    } reg = {NSDUP_REGISTER, {0}};
    u64 reg_len = 8 + raw_length(name);
    static const char verb[] = "create-scheme";
    i64 cap = raw_open("namespace", "scheme-creation-cap", 0);
    i64 socket = raw_call(SYS_DUP_INTO, RAW_ARGS((u64)cap, sizeof(verb) - 1, 0, 0, 0, 0), verb,
                          sizeof(verb) - 1);
    i64 file = raw_call(SYS_DUP_INTO, RAW_ARGS((u64)socket, sizeof(root), 0, 0, 0, 0), &root,
                        sizeof(root));
    u64 fd = (u64)file;
    i64 slot;

    if (reg_len > sizeof(reg))
        return false;
    raw_copy(reg.name, name, reg_len - 8);
    slot = raw_call(SYS_DUP_INTO, RAW_ARGS(raw.block.ns_fd, reg_len, 0, 0, 0, 0), &reg, reg_len);
    raw_call(SYS_FMAP,
             RAW_ARGS((u64)socket, 0, QUEUE_SIZE, RX_PROT_READ | RX_PROT_WRITE | RX_MAP_SHARED, 0),
             NULL, 0);
    if (socket < 0 || file < 0 || slot < 0 || !raw_find(CTL_MAP))
        return false;
    queue = raw_find(CTL_MAP)->addr;
    sq_head = cq_tail = RING_INDEX_START;
    return raw_call(SYS_CALL, RAW_ARGS((u64)slot, sizeof(fd), CALL_WRITE | CALL_FD, 0, 0, 0), &fd,
                    sizeof(fd)) >= 0;
}

static void raw_main(void)
{
    static const u64 millisecond[2] = {0, 1000000};

    if (!create(raw_argument(1))) {
        raw_print(1, "no scheme\n");
        raw_exit(1);
    }
    raw_print(1, "serving\n");
    for (;;) {
        u32 tail = __atomic_load_n(&header()->sq_tail, __ATOMIC_ACQUIRE);

        /* it need not sleep well: once a millisecond is enough for a test */
        if (tail == sq_head) {
            u32 nobody = 0;

            if (lie())
                continue;
            host_call(HOST_FUTEX, (u64)&nobody, 0, 0, (u64)millisecond, 0, 0);
            raw_control();
            continue;
        }
        serve((struct queue_entry *)(queue + QUEUE_SQ_OFFSET) + sq_head % QUEUE_SQ_ENTRIES);
        /* pairs: the kernel's acquire load before it reuses the entry; it may have held back what
         * found no room */
        __atomic_store_n(&header()->sq_head, ++sq_head, __ATOMIC_SEQ_CST);
        if (tail - sq_head >= QUEUE_SQ_ENTRIES / 2)
            raw_ring(raw.kernel_bell);
    }
}
