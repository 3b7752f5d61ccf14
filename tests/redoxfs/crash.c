/* Crashes at every point: all writes and flushes of random work are recorded; then, for each point
 * in the record, the device is put together as a crash there could leave it, checked, mounted, and
 * what is in it must be the tree as it was between two operations, none older than the last one
 * that sync reported.
 *
 * Three kinds of crash: every write before the point is there; the write at the point is torn
 * between its sectors; of the writes since the last flush any may be missing, present or torn.
 * SOAK=1 goes through far more than 10,000 points, in some three minutes of a processor. */
#include "check.h"
#include "redoxfs/internal.h"
#include "tests/redoxfs/common/model.h"

#define BLOCKS 12000u

/* The tree after each operation, and how much had been recorded when it ended. */
struct history {
    uint64_t *digest;
    size_t *events;
    bool *synced;
    size_t count;
};

static void note(struct history *h, struct model *m, const struct memdev *d, bool synced)
{
    if (!(h->count & (h->count - 1))) {
        size_t room = h->count ? h->count * 2 : 1;

        h->digest = realloc(h->digest, room * sizeof(*h->digest));
        h->events = realloc(h->events, room * sizeof(*h->events));
        h->synced = realloc(h->synced, room * sizeof(*h->synced));
    }
    h->digest[h->count] = model_digest(m);
    h->events[h->count] = d->events;
    h->synced[h->count++] = synced;
}

static struct rfs *mount(struct memdev *d, const char *password, size_t cache)
{
    struct rfs_device dev = memdev_device(d);
    struct rfs_options opt = test_options();
    struct rfs *fs = NULL;

    opt.password = password;
    opt.password_len = password ? strlen(password) : 0;
    opt.cache = cache;
    return rfs_open(&fs, &dev, &opt) ? NULL : fs;
}

/* The operations of the model, with a sync now and then, and often a commit as the cache makes them
 * by itself, which flushes less. */
static void work(struct memdev *d, struct history *h, unsigned steps, const char *password,
                 uint64_t seed)
{
    struct model *m = malloc(sizeof(*m));

    model_init(m, mount(d, password, 2 << 20), seed);
    m->largest = 300000;
    m->write_most = 40000;
    m->in_record = true;
    test_clock.steps = true;
    note(h, m, d, true);
    for (unsigned i = 0; i < steps; i++) {
        if (!model_step(m))
            fail_msg("step %u: %s", i, m->did);
        note(h, m, d, false);
        if (test_random(&m->rng) % 4 == 0)
            assert_int_equal(commit(m->fs, COMMIT_LAZY), 0);
        if (test_random(&m->rng) % 25 == 0) {
            assert_int_equal(rfs_sync(m->fs), 0);
            note(h, m, d, true);
        }
    }
    rfs_abandon(m->fs);
    model_free(m);
    free(m);
}

/* Whether the device holds an allowed tree after a crash with events of the record done, or some
 * of those since the last flush. */
static void examine(struct memdev *crashed, const struct history *h, size_t events,
                    const char *password, const char *how)
{
    struct memdev *d = memdev_over(crashed);
    size_t first = 0, last = 0;
    struct rfs *fs;
    uint64_t digest;
    bool found = false;

    for (size_t i = 0; i < h->count; i++)
        if (h->synced[i] && h->events[i] <= events)
            first = i;
    while (last + 1 < h->count && h->events[last] <= events)
        last++;
    if (test_check(d, password))
        fail_msg("%s, after %zu events: faults", how, events);
    fs = mount(d, password, 2 << 20);
    if (!fs)
        fail_msg("%s, after %zu events: cannot be mounted", how, events);
    digest = model_digest_fs(fs);
    for (size_t i = first; !found && i <= last; i++)
        found = h->digest[i] == digest;
    if (!found)
        fail_msg("%s, after %zu events: the tree is none of those from %zu to %zu", how, events,
                 first, last);
    if (rfs_close(fs) || test_check(d, password))
        fail_msg("%s, after %zu events: not clean after mounting", how, events);
    memdev_free(d);
}

static void tear(struct memdev *d, const struct memdev_event *e, uint64_t *rng)
{
    for (uint32_t b = 0; b < e->count; b++)
        memdev_tear(d, e, b, (uint8_t)test_random(rng));
}

/* Everything at and before base is on the device; of the rest up to point, chance decides. */
static void crash_reordered(const struct memdev *device, const struct memdev *record, size_t base,
                            size_t point, uint64_t *rng, struct memdev **out)
{
    *out = memdev_over(device);
    for (size_t i = base; i < point; i++) {
        uint64_t what = test_random(rng) % 3;

        if (what == 0)
            memdev_apply(*out, &record->event[i]);
        else if (what == 1)
            tear(*out, &record->event[i], rng);
    }
}

static void crash_everywhere(unsigned steps, unsigned points, const char *password, uint64_t seed)
{
    struct memdev *d = memdev_new(BLOCKS), *stable, *now;
    struct rfs_device dev = memdev_device(d);
    struct rfs_format format = golden_format();
    struct history h = {0};
    uint64_t rng = seed ^ 1;
    size_t flushed = 0;
    unsigned tried = 0;

    format.password = password;
    format.password_len = password ? strlen(password) : 0;
    assert_int_equal(rfs_format(&dev, &format), 0);
    stable = memdev_copy(d);
    now = memdev_copy(d);
    d->recording = true;
    work(d, &h, steps, password, seed);
    for (size_t i = 0; i < d->events; i++) {
        const struct memdev_event *e = &d->event[i];
        /* The points are spread over the record. */
        bool here = test_random(&rng) % d->events < points / 3 + 1;
        struct memdev *c;

        if (here) {
            examine(now, &h, i, password, "cut off");
            c = memdev_over(now);
            tear(c, e, &rng);
            examine(c, &h, i, password, "torn");
            memdev_free(c);
            crash_reordered(stable, d, flushed, i + 1, &rng, &c);
            examine(c, &h, i, password, "reordered");
            memdev_free(c);
            tried += 3;
        }
        if (e->count) {
            memdev_apply(now, e);
        } else {
            for (; flushed < i; flushed++)
                memdev_apply(stable, &d->event[flushed]);
        }
    }
    printf("%zu operations, %zu events, %u crashes\n", h.count, d->events, tried);
    free(h.digest);
    free(h.events);
    free(h.synced);
    memdev_free(stable);
    memdev_free(now);
    memdev_free(d);
}

static void plain(void **state)
{
    bool soak = test_soak();

    (void)state;
    for (int round = 0; round < (soak ? 12 : 1); round++)
        crash_everywhere(1200, soak ? 1000 : 240, NULL, test_seed("crash"));
}

static void encrypted(void **state)
{
    (void)state;
    crash_everywhere(300, 30, "secret", test_seed("crash, encrypted"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(plain), cmocka_unit_test(encrypted)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
