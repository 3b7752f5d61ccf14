/*
 * Frames that are promised (frames.h): what was reserved can be touched, whatever others use that
 * reserved nothing.
 */
#include "umk/paging/frames.h"
#include "umk/paging/space.h"
#include "umk/sim/sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#define FRAMES 256u
#define BASE 0x40000000ull
#define PAGES 512u /* of each region: more than there are frames */
#define UNRESERVED (BASE + PAGES * PAGE_SIZE)

static struct frame records[FRAMES];
static u8 *memory;
static struct space space;
static u64 promise;

static u64 promised(void)
{
    return promise;
}

static void changed(struct table *t, u64 address, u64 old)
{
    (void)t;
    (void)address;
    (void)old;
}

static int setup(void **state)
{
    const struct space_region reserved = {.prot = SPACE_READ | SPACE_WRITE, .charged = true};
    const struct space_region other = {.prot = SPACE_READ | SPACE_WRITE};

    (void)state;
    memory = malloc((size_t)FRAMES * PAGE_SIZE);
    if (!memory || sim_boot(64u << 20, 0)) /* records come from the core's pools */
        return -1;
    frames_init(records, FRAMES, memory);
    frames_add(1, FRAMES - 1);
    promise = 0;
    frames_promised = promised;
    return space_init(&space, changed) || space_map(&space, BASE, PAGES * PAGE_SIZE, &reserved) ||
           space_map(&space, UNRESERVED, PAGES * PAGE_SIZE, &other);
}

static int teardown(void **state)
{
    (void)state;
    space_destroy(&space);
    frames_promised = NULL;
    sim_end();
    free(memory);
    return frames_charged() == 0 && frames_free() == FRAMES - 1 ? 0 : -1;
}

/* Touches pages from `first` on until there is no memory. Result: how many. */
static u32 touch_all(u64 first)
{
    u32 n = 0;

    while (n < PAGES && !space_fault(&space, first + n * PAGE_SIZE, ACCESS_WRITE))
        n++;
    assert_true(frames_consistent());
    return n;
}

static void the_promised_part_is_left(void **state)
{
    (void)state;
    promise = 100;
    assert_true(touch_all(UNRESERVED) > 100);
    assert_false(frames_spare(1));
    for (u32 i = 0; i < 100 - 1; i++) /* a table may take one */
        assert_int_equal(space_fault(&space, BASE + i * PAGE_SIZE, ACCESS_WRITE), 0);
    assert_int_equal(frames_charged(), 99);
}

static void what_is_touched_is_due_no_more(void **state)
{
    u32 before;

    (void)state;
    promise = 100;
    assert_int_equal(space_fault(&space, BASE, ACCESS_WRITE), 0);
    before = frames_free();
    assert_true(frames_spare(before - 99));
    assert_false(frames_spare(before - 98));
    assert_int_equal(space_unmap(&space, BASE, PAGE_SIZE), 0);
    assert_int_equal(frames_charged(), 0);
    promise = 99;
    assert_true(frames_spare(before + 1 - 99));
}

static void a_page_shared_by_a_fork_is_due_again(void **state)
{
    struct space child;
    u32 free_before;

    (void)state;
    promise = 2; /* parent's and child's */
    assert_int_equal(space_init(&child, changed), 0);
    assert_int_equal(space_fault(&space, BASE, ACCESS_WRITE), 0);
    assert_int_equal(space_fork(&space, &child), 0);
    assert_int_equal(frames_charged(), 1);
    free_before = frames_free();
    assert_false(frames_spare(free_before));
    assert_int_equal(space_fault(&child, BASE, ACCESS_WRITE), 0);
    assert_int_equal(frames_charged(), 2);
    assert_true(frames_spare(free_before - 1));
    space_destroy(&child);
    assert_int_equal(frames_charged(), 1);
}

static void pages_of_an_object_are_charged(void **state)
{
    struct pages p;

    (void)state;
    pages_init(&p, 4);
    assert_true(pages_frame(&p, 0));
    assert_int_equal(frames_charged(), 0);
    p.charged = true;
    assert_true(pages_frame(&p, 1));
    assert_int_equal(pages_put(&p, 2, frame_take_zeroed()), 0);
    assert_int_equal(frames_charged(), 2);
    pages_discharge(&p);
    assert_int_equal(frames_charged(), 0);
    assert_true(frames_consistent());
    assert_true(pages_frame(&p, 3));
    assert_int_equal(frames_charged(), 0);
    pages_clear(&p);
    assert_int_equal(frames_charged(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_promised_part_is_left, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_touched_is_due_no_more, setup, teardown),
        cmocka_unit_test_setup_teardown(a_page_shared_by_a_fork_is_due_again, setup, teardown),
        cmocka_unit_test_setup_teardown(pages_of_an_object_are_charged, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
