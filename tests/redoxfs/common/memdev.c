/* The device in memory, and helpers that tests share. */
#include "tests/redoxfs/common/memdev.h"
#include "tests/random.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct test_clock test_clock = {{1700000000, 123456789}, false};

static void *need(void *p)
{
    if (!p) {
        perror("memdev");
        exit(1);
    }
    return p;
}

struct memdev *memdev_new(uint64_t blocks)
{
    struct memdev *m = need(calloc(1, sizeof(*m)));

    m->blocks = blocks;
    m->block = need(calloc(blocks, sizeof(*m->block)));
    return m;
}

void memdev_forget(struct memdev *m)
{
    for (size_t i = 0; i < m->events; i++)
        free(m->event[i].data);
    m->events = 0;
}

void memdev_free(struct memdev *m)
{
    memdev_forget(m);
    for (uint64_t i = 0; i < m->blocks; i++)
        free(m->block[i]);
    free(m->block);
    free(m->event);
    free(m->placed);
    free(m);
}

struct memdev *memdev_copy(const struct memdev *m)
{
    struct memdev *copy = memdev_new(m->blocks);

    for (uint64_t i = 0; i < m->blocks; i++)
        if (m->block[i])
            memcpy(memdev_block(copy, i), m->block[i], RFS_BLOCK);
    return copy;
}

struct memdev *memdev_over(const struct memdev *under)
{
    struct memdev *m = memdev_new(under->blocks);

    m->under = under;
    return m;
}

static const uint8_t *look(const struct memdev *m, uint64_t block)
{
    while (m && !m->block[block])
        m = m->under;
    return m ? m->block[block] : NULL;
}

uint8_t *memdev_block(struct memdev *m, uint64_t block)
{
    if (!m->block[block]) {
        const uint8_t *old = look(m->under, block);

        m->block[block] = need(calloc(1, RFS_BLOCK));
        if (old)
            memcpy(m->block[block], old, RFS_BLOCK);
    }
    return m->block[block];
}

void memdev_tear(struct memdev *m, const struct memdev_event *e, uint32_t block, uint8_t mask)
{
    for (unsigned s = 0; s < 8; s++)
        if (mask >> s & 1)
            memcpy(memdev_block(m, e->block + block) + (size_t)s * 512,
                   e->data + (size_t)block * RFS_BLOCK + (size_t)s * 512, 512);
}

bool test_impatient;
uint64_t test_put_off;

static int dev_read(void *ctx, uint64_t block, uint32_t count, void *buf)
{
    struct memdev *m = ctx;

    if (test_impatient && m->put_off != block) {
        m->put_off = block;
        test_put_off++;
        return -EAGAIN;
    }
    m->reads++;
    if (block >= m->blocks || count > m->blocks - block)
        return -EIO;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *to = (uint8_t *)buf + (size_t)i * RFS_BLOCK;

        const uint8_t *from = look(m, block + i);

        if (from)
            memcpy(to, from, RFS_BLOCK);
        else
            memset(to, 0, RFS_BLOCK);
    }
    return 0;
}

void memdev_apply(struct memdev *m, const struct memdev_event *e)
{
    for (uint32_t i = 0; i < e->count; i++)
        memcpy(memdev_block(m, e->block + i), e->data + (size_t)i * RFS_BLOCK, RFS_BLOCK);
}

static void record(struct memdev *m, uint64_t block, uint32_t count, const void *buf)
{
    struct memdev_event *e;

    if (!m->recording)
        return;
    if (m->events == m->room) {
        m->room = m->room ? m->room * 2 : 1024;
        m->event = need(realloc(m->event, m->room * sizeof(*m->event)));
    }
    e = &m->event[m->events++];
    *e = (struct memdev_event){.block = block, .count = count};
    if (count) {
        e->data = need(malloc((size_t)count * RFS_BLOCK));
        memcpy(e->data, buf, (size_t)count * RFS_BLOCK);
    }
}

static int dev_write(void *ctx, uint64_t block, uint32_t count, const void *buf)
{
    struct memdev *m = ctx;
    struct memdev_event e = {block, count, (uint8_t *)buf};

    m->writes++;
    if (block >= m->blocks || count > m->blocks - block)
        return -EIO;
    if (m->failing && !m->fail_after--)
        m->fail_after = 0;
    if (m->failing && !m->fail_after)
        return -EIO;
    memdev_apply(m, &e);
    record(m, block, count, buf);
    return 0;
}

/* Each third time it cannot: that is written in one step. */
static void *dev_place(void *ctx, uint64_t block, uint32_t count)
{
    struct memdev *m = ctx;

    if (m->places++ % 3 == 2)
        return NULL;
    free(m->placed);
    m->placed = need(malloc((size_t)count * RFS_BLOCK));
    m->place = block;
    m->place_count = count;
    return m->placed;
}

static int dev_put(void *ctx)
{
    struct memdev *m = ctx;

    return dev_write(m, m->place, m->place_count, m->placed);
}

static int dev_flush(void *ctx)
{
    struct memdev *m = ctx;

    m->flushes++;
    if (m->failing && !m->fail_after)
        return -EIO;
    record(m, 0, 0, NULL);
    return 0;
}

struct rfs_device memdev_device(struct memdev *m)
{
    return (struct rfs_device){.ctx = m,
                               .blocks = m->blocks,
                               .read = dev_read,
                               .write = dev_write,
                               .flush = dev_flush,
                               .place = dev_place,
                               .put = dev_put};
}

void test_now(void *ctx, struct rfs_time *out)
{
    struct test_clock *c = ctx;

    if (c->steps) {
        c->time.nsec += 1000000;
        if (c->time.nsec >= 1000000000) {
            c->time.nsec -= 1000000000;
            c->time.sec++;
        }
    }
    *out = c->time;
}

struct rfs_format golden_format(void)
{
    struct rfs_format f = {.uuid = {1, 2, 3, 4, 5, 6, 0x47, 8, 0x89, 10, 11, 12, 13, 14, 15, 16},
                           .time = {1700000000, 123456789}};

    for (uint8_t i = 0; i < 16; i++) {
        f.salt[i] = (uint8_t)(0x11 + i);
        f.key[0][i] = (uint8_t)(0x21 + i);
        f.key[1][i] = (uint8_t)(0x31 + i);
    }
    return f;
}

struct rfs_options test_options(void)
{
    return (struct rfs_options){
        .cache = 2 << 20, .base = 0, .now = test_now, .now_ctx = &test_clock};
}

struct rfs *test_mount(struct memdev *m)
{
    struct rfs_device dev = memdev_device(m);
    struct rfs_options opt = test_options();
    struct rfs *fs = NULL;
    int err = rfs_open(&fs, &dev, &opt);

    if (err)
        fprintf(stderr, "mount: %s\n", strerror(-err));
    return err ? NULL : fs;
}

struct memdev *test_format(uint64_t blocks)
{
    struct memdev *m = memdev_new(blocks);
    struct rfs_device dev = memdev_device(m);
    struct rfs_format format = golden_format();
    int err = rfs_format(&dev, &format);

    if (err) {
        fprintf(stderr, "format: %s\n", strerror(-err));
        exit(1);
    }
    return m;
}

static void print_fault(void *ctx, const char *sentence, uint64_t done, uint64_t total)
{
    (void)ctx, (void)done, (void)total;
    if (sentence)
        fprintf(stderr, "fsck: %s\n", sentence);
}

int64_t test_check(struct memdev *m, const char *password)
{
    struct rfs_device dev = memdev_device(m);
    struct rfs_options opt = test_options();
    struct rfs_check check = {.report = print_fault};

    opt.password = password;
    opt.password_len = password ? strlen(password) : 0;
    return rfs_check(&dev, &opt, &check);
}

uint64_t test_seed(const char *what)
{
    const char *given = getenv("SEED");
    struct timespec now;
    uint64_t seed;

    clock_gettime(CLOCK_REALTIME, &now);
    seed = given ? strtoull(given, NULL, 0)
                 : (uint64_t)now.tv_sec * 1000000007u + (uint64_t)now.tv_nsec;
    printf("%s: SEED=%llu\n", what, (unsigned long long)seed);
    fflush(stdout);
    return seed;
}

uint64_t test_random(uint64_t *state)
{
    return random_next(state);
}

bool test_soak(void)
{
    const char *soak = getenv("SOAK");

    return soak && *soak;
}
