/*
 * The page-level code beside a model: random maps, unmaps, changes of protection, forks, reads,
 * writes and failing allocations on a few address spaces. The model is one byte a page and what may
 * be done there; after every step the spaces and the frame allocator are consistent, and at the end
 * every frame is free again.
 *
 *     PAGING_SEED=N repeats a run
 */
#include "umk/paging/frames.h"
#include "umk/paging/space.h"
#include "umk/sim/sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#define FRAMES 2048u
#define SPACES 4u
#define PAGES 64u
#define OBJECT_PAGES 16u
#define BASE 0x40000000ull
#define STEPS 40000u

struct model_page {
    u32 prot; /* 0 with mapped false: nothing there */
    bool mapped, shared;
    u32 object_page; /* shared: index in the object */
    u8 value;        /* private */
};

static struct {
    struct space space;
    bool live;
    struct model_page page[PAGES];
} spaces[SPACES];

static u8 object_value[OBJECT_PAGES];
static struct pages *object;
static u64 state;
static bool changed_called;

static u64 pick(u64 n)
{
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (state >> 33) % n;
}

static void changed(struct table *t, u64 address, u64 old)
{
    (void)t;
    assert_true(old & ENTRY_PRESENT);
    assert_true(address >= BASE && address < BASE + PAGES * PAGE_SIZE);
    changed_called = true;
}

static void map_some(u32 s)
{
    static const u32 prots[] = {SPACE_READ, SPACE_READ | SPACE_WRITE, SPACE_READ | SPACE_EXEC, 0};
    u64 first = pick(PAGES), n = 1 + pick(PAGES - first < 8 ? PAGES - first : 8);
    struct space_region r = {.prot = prots[pick(4)]};
    bool with_object = pick(3) == 0, shared = pick(2);

    if (with_object) {
        if (n > OBJECT_PAGES)
            n = OBJECT_PAGES;
        r.pages = object;
        r.first = pick(OBJECT_PAGES - n + 1);
        r.shared = shared;
    }
    if (space_map(&spaces[s].space, BASE + first * PAGE_SIZE, n * PAGE_SIZE, &r))
        return;
    for (u64 i = 0; i < n; i++)
        spaces[s].page[first + i] =
            (struct model_page){.prot = r.prot,
                                .mapped = true,
                                .shared = r.shared,
                                .object_page = (u32)(r.first + i),
                                /* a private copy of the object sees it until the first write; the
                                 * object's pages are written by shared mappings only before */
                                .value = with_object ? 0xFF : 0};
}

static void unmap_some(u32 s)
{
    u64 first = pick(PAGES), n = 1 + pick(PAGES - first);

    if (space_unmap(&spaces[s].space, BASE + first * PAGE_SIZE, n * PAGE_SIZE))
        return;
    memset(&spaces[s].page[first], 0, n * sizeof(struct model_page));
}

static void protect_some(u32 s)
{
    static const u32 prots[] = {SPACE_READ, SPACE_READ | SPACE_WRITE, 0};
    u64 first = pick(PAGES), n = 1 + pick(PAGES - first);
    u32 prot = prots[pick(3)];

    if (space_protect(&spaces[s].space, BASE + first * PAGE_SIZE, n * PAGE_SIZE, prot))
        return;
    for (u64 i = first; i < first + n; i++)
        if (spaces[s].page[i].mapped)
            spaces[s].page[i].prot = prot;
}

static void write_one(u32 s)
{
    u32 p = (u32)pick(PAGES);
    struct model_page *m = &spaces[s].page[p];
    u8 value = (u8)pick(250);
    i64 err = space_write(&spaces[s].space, BASE + p * PAGE_SIZE + pick(2) * 4095, &value, 1);
    u8 both[2] = {value, value};

    if (!m->mapped || !(m->prot & SPACE_WRITE)) {
        assert_int_equal(err, -EFAULT);
        return;
    }
    if (err) {
        assert_int_equal(err, -ENOMEM);
        return;
    }
    /* both ends of the page, so that a copy of half a page would show */
    assert_int_equal(space_write(&spaces[s].space, BASE + p * PAGE_SIZE, both, 1), 0);
    assert_int_equal(space_write(&spaces[s].space, BASE + p * PAGE_SIZE + 4095, both + 1, 1), 0);
    if (m->shared)
        object_value[m->object_page] = value;
    else
        m->value = value;
}

static void read_one(u32 s)
{
    u32 p = (u32)pick(PAGES);
    const struct model_page *m = &spaces[s].page[p];
    u8 ends[2] = {1, 2};
    i64 err = space_read(&spaces[s].space, &ends[0], BASE + p * PAGE_SIZE, 1);

    if (!m->mapped || !m->prot) {
        assert_int_equal(err, -EFAULT);
        return;
    }
    if (!err)
        err = space_read(&spaces[s].space, &ends[1], BASE + p * PAGE_SIZE + 4095, 1);
    if (err) {
        assert_int_equal(err, -ENOMEM);
        return;
    }
    assert_int_equal(ends[0], ends[1]);
    /* 0xFF: a private mapping of the object that nobody has written to yet */
    if (m->shared || m->value == 0xFF)
        assert_int_equal(ends[0], object_value[m->object_page]);
    else
        assert_int_equal(ends[0], m->value);
}

static void fork_or_end(u32 s)
{
    u32 to = (u32)pick(SPACES);

    if (to == s)
        return;
    if (spaces[to].live) {
        space_destroy(&spaces[to].space);
        spaces[to].live = false;
        return;
    }
    if (space_init(&spaces[to].space, changed))
        return;
    if (space_fork(&spaces[s].space, &spaces[to].space)) {
        space_destroy(&spaces[to].space);
        return;
    }
    memcpy(spaces[to].page, spaces[s].page, sizeof(spaces[s].page));
    spaces[to].live = true;
}

static void step(void)
{
    u32 s = (u32)pick(SPACES);

    while (!spaces[s].live)
        s = (s + 1) % SPACES;
    if (pick(20) == 0)
        frames_fail_in((u32)(1 + pick(4)));
    switch (pick(12)) {
    case 0:
        map_some(s);
        break;
    case 1:
        unmap_some(s);
        break;
    case 2:
        protect_some(s);
        break;
    case 3:
        fork_or_end(s);
        break;
    case 4:
    case 5:
    case 6:
    case 7:
        write_one(s);
        break;
    default:
        read_one(s);
    }
    frames_fail_in(0);
}

static void beside_a_model(void **unused)
{
    const char *seed = getenv("PAGING_SEED");
    struct frame *records = calloc(FRAMES, sizeof(*records));
    u8 *memory = aligned_alloc(PAGE_SIZE, FRAMES * PAGE_SIZE);
    u32 all;

    (void)unused;
    state = seed ? strtoull(seed, NULL, 0) : (u64)time(NULL);
    printf("seed %lu\n", (unsigned long)state);
    assert_int_equal(sim_boot(64u << 20, 0), 0); /* records come from the core's pools */
    memset(memory, 0xA5, FRAMES * PAGE_SIZE);
    frames_init(records, FRAMES, memory);
    frames_add(0, FRAMES);
    all = frames_free();
    assert_int_equal(all, FRAMES - 1);
    object = pages_new(OBJECT_PAGES);
    assert_int_equal(space_init(&spaces[0].space, changed), 0);
    spaces[0].live = true;
    for (u32 i = 0; i < STEPS; i++) {
        step();
        for (u32 s = 0; s < SPACES; s++)
            assert_true(!spaces[s].live || space_consistent(&spaces[s].space));
        if (i % 64 == 0)
            assert_true(frames_consistent());
    }
    assert_true(changed_called);
    for (u32 s = 0; s < SPACES; s++)
        if (spaces[s].live)
            space_destroy(&spaces[s].space);
    pages_drop(object);
    assert_true(frames_consistent());
    assert_int_equal(frames_free(), all);
    sim_end();
    free(memory);
    free(records);
}

static void runs_of_frames(void **unused)
{
    struct frame *records = calloc(FRAMES, sizeof(*records));
    u8 *memory = aligned_alloc(PAGE_SIZE, FRAMES * PAGE_SIZE);
    u32 run[FRAME_ORDERS], all;

    (void)unused;
    frames_init(records, FRAMES, memory);
    frames_add(1, FRAMES - 1);
    frames_add(1, FRAMES - 1); /* again: nothing new */
    all = frames_free();
    for (u32 order = 0; order < FRAME_ORDERS - 1; order++) {
        run[order] = frames_take(order);
        assert_int_not_equal(run[order], FRAME_NONE);
        assert_int_equal(run[order] % (1u << order), 0);
        assert_true(frames_consistent());
    }
    assert_int_equal(frames_take(FRAME_ORDERS), FRAME_NONE);
    for (u32 order = 0; order < FRAME_ORDERS - 1; order++)
        for (u32 i = 0; i < 1u << order; i++)
            frame_put(run[order] + i);
    assert_true(frames_consistent());
    assert_int_equal(frames_free(), all);
    /* all neighbours have become one again */
    assert_int_not_equal(frames_take(FRAME_ORDERS - 1), FRAME_NONE);
    free(memory);
    free(records);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beside_a_model),
        cmocka_unit_test(runs_of_frames),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
