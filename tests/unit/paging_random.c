/*
 * The page-level code beside a model: random maps, unmaps, changes of protection, forks, reads,
 * writes, ends and failing allocations on a few address spaces, with objects that come and go. The
 * model is one byte a page and what may be done there. After every step the spaces are consistent;
 * again and again every reference to every frame is found and compared with its count, and no
 * private page that can be written is anybody else's; at the end every frame is free again.
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
#define OBJECTS 6u
#define OBJECT_PAGES 16u
#define BASE 0x40000000ull
#define STEPS 40000u

struct model_page {
    u32 prot; /* 0 with mapped false: nothing there */
    bool mapped, shared;
    u32 object;      /* whose it is; OBJECTS: of none */
    u32 object_page; /* index in it */
    u8 value;        /* private; NOT_COPIED: the object's is seen */
};
#define NOT_COPIED 0xFFu

static struct {
    struct space space;
    bool live;
    struct model_page page[PAGES];
} spaces[SPACES];

/* An object lives on while it is mapped. */
static struct {
    struct pages *pages;
    bool held; /* our reference */
    u8 value[OBJECT_PAGES];
} objects[OBJECTS];
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
    struct space_region r = {.prot = prots[pick(4)], .charged = pick(2)};
    u32 object = pick(3) == 0 ? (u32)pick(OBJECTS) : OBJECTS;
    bool shared = pick(2);

    if (object < OBJECTS && !objects[object].held)
        object = OBJECTS;
    if (object < OBJECTS) {
        if (n > OBJECT_PAGES)
            n = OBJECT_PAGES;
        r.pages = objects[object].pages;
        r.first = pick(OBJECT_PAGES - n + 1);
        r.shared = shared;
    }
    if (space_map(&spaces[s].space, BASE + first * PAGE_SIZE, n * PAGE_SIZE, &r))
        return;
    for (u64 i = 0; i < n; i++)
        spaces[s].page[first + i] = (struct model_page){.prot = r.prot,
                                                        .mapped = true,
                                                        .shared = r.shared,
                                                        .object = object,
                                                        .object_page = (u32)(r.first + i),
                                                        .value = object < OBJECTS ? NOT_COPIED : 0};
}

static bool mapped_anywhere(u32 object)
{
    for (u32 s = 0; s < SPACES; s++)
        for (u32 i = 0; spaces[s].live && i < PAGES; i++)
            if (spaces[s].page[i].mapped && spaces[s].page[i].object == object)
                return true;
    return false;
}

/* An object is let go of, or a new one made where nobody sees the old one any more. */
static void change_object(void)
{
    u32 o = (u32)pick(OBJECTS);

    if (objects[o].held) {
        pages_drop(objects[o].pages);
        objects[o].held = false;
    } else if (!mapped_anywhere(o)) {
        objects[o].pages = pages_new(OBJECT_PAGES);
        objects[o].held = objects[o].pages != NULL;
        memset(objects[o].value, 0, sizeof(objects[o].value));
    }
}

static u8 *object_value(const struct model_page *m)
{
    return &objects[m->object].value[m->object_page];
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
        *object_value(m) = value;
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
    if (m->shared || m->value == NOT_COPIED)
        assert_int_equal(ends[0], *object_value(m));
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
    switch (pick(13)) {
    case 12:
        change_object();
        break;
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

/* Every reference to every frame */

static u32 found[FRAMES];

static void count_frame(u32 frame, void *unused)
{
    (void)unused;
    found[frame]++;
}

static void count_space(const struct space *s)
{
    table_each(&s->table, count_frame, NULL);
    for (u64 at = table_next(&s->table, 0, USER_END); at < USER_END;
         at = table_next(&s->table, at + PAGE_SIZE, USER_END))
        count_frame(entry_frame(table_get(&s->table, at)), NULL);
}

static void check_alone(const struct space *s)
{
    for (u64 at = table_next(&s->table, 0, USER_END); at < USER_END;
         at = table_next(&s->table, at + PAGE_SIZE, USER_END)) {
        u64 e = table_get(&s->table, at);

        if ((e & ENTRY_WRITE) && !space_find(s, at)->shared)
            assert_int_equal(found[entry_frame(e)], 1);
    }
}

static void audit(void)
{
    memset(found, 0, sizeof(found));
    for (u32 o = 0; o < OBJECTS; o++)
        if (objects[o].held || mapped_anywhere(o))
            pages_each(objects[o].pages, count_frame, NULL);
    for (u32 s = 0; s < SPACES; s++)
        if (spaces[s].live)
            count_space(&spaces[s].space);
    for (u32 f = 0; f < FRAMES; f++)
        assert_int_equal(frame_refs(f), found[f]);
    for (u32 s = 0; s < SPACES; s++)
        if (spaces[s].live)
            check_alone(&spaces[s].space);
    assert_true(frames_consistent());
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
    assert_int_equal(space_init(&spaces[0].space, changed), 0);
    spaces[0].live = true;
    for (u32 i = 0; i < STEPS; i++) {
        step();
        for (u32 s = 0; s < SPACES; s++)
            assert_true(!spaces[s].live || space_consistent(&spaces[s].space));
        if (i % 64 == 0)
            audit();
    }
    assert_true(changed_called);
    for (u32 s = 0; s < SPACES; s++)
        if (spaces[s].live)
            space_destroy(&spaces[s].space);
    for (u32 o = 0; o < OBJECTS; o++)
        if (objects[o].held)
            pages_drop(objects[o].pages);
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
