/* A block device in memory for tests: it holds only what was written, can keep a record of all
 * writes and flushes, and can fail on demand. Also what tests of a file system need again and
 * again: a clock that only moves when told, formatting, opening. */
#ifndef TESTS_REDOXFS_MEMDEV_H
#define TESTS_REDOXFS_MEMDEV_H

#include "redoxfs/redoxfs.h"

#include <errno.h>

/* One write of count blocks, or a flush (count 0). */
struct memdev_event {
    uint64_t block;
    uint32_t count;
    uint8_t *data;
};

struct memdev {
    uint64_t blocks;
    uint8_t **block;            /* NULL: as in under, or zeros */
    const struct memdev *under; /* what it lies over and does not change, or NULL */
    bool recording;
    struct memdev_event *event;
    size_t events, room;
    uint64_t reads, writes, flushes;
    uint64_t fail_after; /* writes that still succeed, when failing is set */
    bool failing;
    uint64_t put_off; /* block of the last read answered with EAGAIN */
    uint8_t *placed;  /* memory for writes in two steps, of the write that is under way */
    uint64_t place;
    uint32_t place_count;
    uint64_t places; /* asked for */
};

struct memdev *memdev_new(uint64_t blocks);
void memdev_free(struct memdev *m);
struct memdev *memdev_copy(const struct memdev *m); /* without the record */
struct rfs_device memdev_device(struct memdev *m);
uint8_t *memdev_block(struct memdev *m, uint64_t block); /* for changing it */
struct memdev *memdev_over(const struct memdev *under);
/* Some sectors of a write of one block, of 512 bytes each, by mask; as when power fails in it. */
void memdev_tear(struct memdev *m, const struct memdev_event *e, uint32_t block, uint8_t mask);
void memdev_apply(struct memdev *m, const struct memdev_event *e);
void memdev_forget(struct memdev *m); /* the record so far */

struct test_clock {
    struct rfs_time time;
    bool steps; /* each look moves it on by a millisecond */
};
void test_now(void *ctx, struct rfs_time *out);
extern struct test_clock test_clock;

/* A call that only looks, on a device that answers each read with EAGAIN at first. */
#define LOOK(call)                            \
    ({                                        \
        int64_t result_;                      \
        test_impatient = true;                \
        while ((result_ = (call)) == -EAGAIN) \
            ;                                 \
        test_impatient = false;               \
        result_;                              \
    })
extern bool test_impatient;
extern uint64_t test_put_off; /* reads so far */

/* The parameters of the golden image. */
struct rfs_format golden_format(void);
/* Options: small cache, the test clock. */
struct rfs_options test_options(void);
/* A formatted device and the file system on it; NULL and a message on failure. */
struct rfs *test_mount(struct memdev *m);
struct memdev *test_format(uint64_t blocks);
/* Number of faults the checker finds, each printed. */
int64_t test_check(struct memdev *m, const char *password);

/* A random generator whose seed is printed and can be given as SEED. */
uint64_t test_seed(const char *what);
uint64_t test_random(uint64_t *state);
bool test_soak(void); /* whether the long form is wanted: SOAK is set and not empty */

#endif
