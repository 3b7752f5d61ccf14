/*
 * Misuse of what Linux permits a program: its bells, its control socket, its mappings, its signal
 * mask.
 *
 *     hostile_host fill      writes the largest number that an eventfd takes into every descriptor
 *     hostile_host storm     rings every descriptor, many times
 *     hostile_host drain     reads a bell (not permitted: SIGSYS)
 *     hostile_host map       maps every descriptor in every way and writes to all of it
 *     hostile_host remap     puts private memory in place of its portal, and calls
 *     hostile_host unmap     unmaps portal and process page, and rings
 *     hostile_host deaf      never reads its control socket while it asks for mappings
 *     hostile_host mask      blocks all signals and spins for ever
 *     hostile_host hang_up   closes its control socket and goes on
 *     hostile_host mute_spin   clones the child of a fork, which computes and never says a word
 *     hostile_host mute_sleep  the same, and the child sleeps
 */
#include "tests/programs/raw.h"

#define DESCRIPTORS 64u
#define HOST_SIGPROCMASK 14
#define HOST_CLONE 56
#define FORK_FLAGS (0x8000 | 17) /* CLONE_PARENT, and SIGCHLD at its end */

static void fill(void)
{
    u64 most = UINT64_MAX - 1;

    /* the kernel's bell last: the write that finds it full may wait for ever */
    for (u64 fd = DESCRIPTORS; fd-- > 3;) {
        if (fd != (u64)raw.kernel_bell)
            host_call(HOST_WRITE, fd, (u64)&most, 8, 0, 0, 0);
    }
    raw_call(UMK_NULL, RAW_ARGS(0), NULL, 0);
    host_call(HOST_WRITE, (u64)raw.kernel_bell, (u64)&most, 8, 0, 0, 0);
    raw_call(UMK_NULL, RAW_ARGS(0), NULL, 0);
    host_call(HOST_WRITE, (u64)raw.kernel_bell, (u64)&most, 8, 0, 0, 0);
    raw_exit(0);
}

static void storm(void)
{
    for (u32 round = 0; round < 2000; round++) {
        for (i32 fd = 3; fd < 16; fd++)
            raw_ring(fd);
    }
}

static void drain(void)
{
    u64 n;

    host_call(HOST_READ, (u64)raw.kernel_bell, (u64)&n, 8, 0, 0, 0);
}

static void map_everything(void)
{
    static const u64 protections[] = {1, 2, 3, 4, 5};

    for (u64 fd = 3; fd < DESCRIPTORS; fd++) {
        for (u32 p = 0; p < 5; p++) {
            for (u64 offset = 0; offset < 1 << 22; offset += 1 << 19) {
                i64 at =
                    host_call(HOST_MMAP, 0, 1 << 19, protections[p], HOST_MAP_SHARED, fd, offset);

                if (at < 0 || protections[p] != 3)
                    continue;
                /* beyond the end of the object this is SIGBUS: stay in its first page there */
                for (u64 i = 0; i < PAGE_SIZE && offset == 0; i += 8)
                    *(volatile u64 *)(at + (i64)i) = raw_random();
            }
        }
    }
}

static void remap(void)
{
    host_call(HOST_MMAP, (u64)raw.page, PAGE_SIZE + PORTAL_SIZE, HOST_PROT_RW,
              HOST_MAP_PRIVATE | HOST_MAP_FIXED | HOST_MAP_ANONYMOUS, (u64)-1, 0);
    raw_fill(UMK_NULL, RAW_ARGS(0), NULL, 0);
    raw_post();
    raw_ring(raw.kernel_bell);
    raw_wait(200);
}

static void unmap(void)
{
    host_call(HOST_MUNMAP, (u64)raw.page, PAGE_SIZE + PORTAL_SIZE, 0, 0, 0, 0);
    for (u32 i = 0; i < 1000; i++)
        raw_ring(raw.kernel_bell);
}

static void deaf(void)
{
    for (u32 i = 0; i < 300; i++) {
        raw_fill(i & 1 ? UMK_PORTAL_NEW : UMK_LOOP, RAW_ARGS(PORTAL_FOR_ASYNC), NULL, 0);
        raw_post();
        raw_wait(3);
    }
    /* and without waiting for answers */
    for (u32 i = 0; i < 2000; i++) {
        raw_fill(UMK_PORTAL_NEW, RAW_ARGS(PORTAL_FOR_ASYNC), NULL, 0);
        raw_post();
    }
}

static void mask(void)
{
    u64 all = UINT64_MAX;

    host_call(HOST_SIGPROCMASK, 0, (u64)&all, 0, 8, 0, 0);
    for (;;)
        __builtin_ia32_pause();
}

static void hang_up(void)
{
    host_call(HOST_CLOSE, HOST_FD_CONTROL, 0, 0, 0, 0, 0);
    for (u32 i = 0; i < 100; i++) {
        raw_fill(UMK_PORTAL_NEW, RAW_ARGS(PORTAL_FOR_ASYNC), NULL, 0);
        raw_post();
        raw_wait(2);
    }
}

/* The child has to be killed, and its parent to hear of that. */
static void mute(bool sleeps)
{
    static u32 word;
    i64 pid = raw_call(UMK_FORK, RAW_ARGS(0), NULL, 0);

    if (pid < 0)
        raw_exit(3);
    i64 cloned = host_call(HOST_CLONE, FORK_FLAGS, 0, 0, 0, 0, 0);
    while (cloned == 0) {
        if (sleeps)
            host_call(HOST_FUTEX, (u64)&word, 0, 0, 0, 0, 0);
        else
            __builtin_ia32_pause();
    }
    if (cloned < 0)
        raw_exit(4);
    raw_exit(
        raw_call_for(15000, UMK_PROC, RAW_ARGS(PROC_WAITPID, (u64)pid, 0), NULL, 0) == pid ? 0 : 5);
}

static void mute_spin(void)
{
    mute(false);
}

static void mute_sleep(void)
{
    mute(true);
}

static void raw_main(void)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } modes[] = {{"fill", fill},
                 {"storm", storm},
                 {"drain", drain},
                 {"map", map_everything},
                 {"remap", remap},
                 {"unmap", unmap},
                 {"deaf", deaf},
                 {"mask", mask},
                 {"hang_up", hang_up},
                 {"mute_spin", mute_spin},
                 {"mute_sleep", mute_sleep}};

    for (u32 i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (raw_same(raw_argument(1), modes[i].name)) {
            modes[i].run();
            raw_exit(0);
        }
    }
    raw_exit(2);
}
