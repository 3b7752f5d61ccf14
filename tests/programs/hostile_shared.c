/*
 * Writes random words into everything that it shares with the kernel and with a server, at random
 * moments: between, before and during calls.
 *
 *     hostile_shared SEED ROUNDS
 *
 * Whatever comes of it, only this program may suffer.
 */
#include "tests/programs/raw.h"

#define TARGETS (sizeof(targets) / sizeof(targets[0]))

/* What can be written to, and how much of its beginning is worth most of the writes. */
struct target {
    u8 *addr;
    u64 len, head;
};
static struct target targets[16];
static u32 ntargets;

static const u32 operations[] = {
    SYS_OPENAT, SYS_CLOSE,  SYS_DUP_INTO,   SYS_READ, SYS_READ2,  SYS_WRITE,         SYS_LSEEK,
    SYS_FCNTL,  SYS_FEVENT, SYS_CALL,       SYS_FMAP, SYS_FUNMAP, SYS_FPATH,         SYS_FSTAT,
    SYS_FUTEX,  UMK_BIND,   UMK_PORTAL_NEW, UMK_LOOP, UMK_NULL,   SYS_CLOCK_GETTIME,
};
#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static void target_add(u8 *addr, u64 len, u64 head)
{
    if (ntargets < TARGETS)
        targets[ntargets++] = (struct target){addr, len, head};
}

/* Uses a server until the kernel has made a channel to it. */
static void get_channel(const char *scheme)
{
    i64 fd = raw_open(scheme, "", RX_O_RDWR);

    for (u32 i = 0; fd >= 0 && i < 64 && !raw_find(CTL_CHANNEL_CLIENT); i++) {
        raw_call(SYS_READ, RAW_ARGS((u64)fd, 1, 0, 0, 0, 0), NULL, 0);
        raw_call(UMK_BIND, RAW_ARGS((u64)fd, 0, 0, 0, 0, 0), NULL, 0);
    }
}

/* A word that means something to somebody, more often than chance would have it. */
static u64 random_word(void)
{
    static const u64 likely[] = {0,
                                 1,
                                 2,
                                 WAIT_SLEEPING | WAIT_PENDING,
                                 WAIT_DONE,
                                 UINT64_MAX,
                                 0x7fffffff,
                                 CHANNEL_BIG,
                                 CHANNEL_BIG + 1,
                                 RING_INDEX_START};
    u64 r = raw_random();

    if (r & 1)
        return likely[(r >> 1) % (sizeof(likely) / sizeof(likely[0]))];
    return r & 2 ? raw_random() : (r >> 2) & 0xFF;
}

static void scribble(const struct target *t)
{
    u64 r = raw_random();
    u64 range = r & 0xF ? t->head : t->len;
    u64 at = (raw_random() % (range / 4)) * 4;

    if (r & 0x10 && at + 8 <= t->len && at % 8 == 0)
        *(volatile u64 *)(t->addr + at) = random_word();
    else
        *(volatile u32 *)(t->addr + at) = (u32)random_word();
}

/* A request in a random slot that the server takes for one, as far as it looks. */
static void forge_request(const struct raw_map *map)
{
    struct channel_header *h = (struct channel_header *)map->addr;
    u64 n = raw_random() % CHANNEL_SLOTS;
    struct channel_slot *slot = (struct channel_slot *)(map->addr + CHANNEL_SLOT_OFFSET) + n;

    slot->request.opcode = (u8)(raw_random() % 40);
    slot->request.flags = (u8)random_word();
    slot->request.tag = (u32)random_word();
    for (u32 i = 0; i < 6; i++)
        slot->request.args[i] = random_word();
    slot->state = WAIT_PENDING;
    h->ring[h->tail % CHANNEL_RING] = (u32)(raw_random() & 7 ? n : random_word());
    __atomic_fetch_add(&h->tail, 1, __ATOMIC_SEQ_CST);
}

static void random_call(void)
{
    u64 args[6];

    for (u32 i = 0; i < 6; i++)
        args[i] = random_word();
    raw_fill(operations[raw_random() % OPERATIONS], args, NULL, 0);
    raw_post();
}

static void ring_somebody(void)
{
    if (raw.nbells > 0 && raw_random() & 1)
        raw_ring(raw.bells[raw_random() % raw.nbells]);
    else
        raw_ring(raw.kernel_bell);
}

static void attack(u64 rounds)
{
    const struct raw_map *channel = raw_find(CTL_CHANNEL_CLIENT);

    while (rounds-- > 0) {
        u64 r = raw_random();

        if (r & 1)
            random_call();
        if (r & 2 && channel)
            forge_request(channel);
        for (u32 n = (r >> 8) & 7; n > 0; n--)
            scribble(&targets[raw_random() % ntargets]);
        if (r & 4)
            ring_somebody();
        for (u64 n = (r >> 16) & 0x3FF; n > 0; n--)
            __builtin_ia32_pause();
        if ((r >> 32) % 64 == 0)
            raw_wait(1);
        if ((r >> 40) % 16 == 0)
            raw_control();
    }
}

static void raw_main(void)
{
    u64 rounds = raw_number(raw_argument(2));

    raw.seed = raw_number(raw_argument(1)) * 2 + 1;
    raw_close_streams();
    get_channel("zero");
    get_channel("rand");
    target_add((u8 *)raw.page, sizeof(struct proc_page), sizeof(struct proc_page));
    target_add((u8 *)raw.portal, PORTAL_SIZE, sizeof(struct portal));
    for (u32 i = 0; i < raw.nmaps; i++) {
        if (raw.maps[i].kind == CTL_CHANNEL_CLIENT)
            target_add(raw.maps[i].addr, CHANNEL_SIZE, CHANNEL_SMALL_OFFSET);
    }
    attack(rounds);
}
