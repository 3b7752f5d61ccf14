/*
 * time: clocks and timers as files. CLOCK[/KIND], CLOCK 1 (real) or 4 (monotonic), KIND empty,
 * gettime, getres, timer. A timer file is armed by writing an absolute time; at that time
 * EVENT_READ fires. Each write adds a timer, up to TIMERS_PER_FILE; they go with the file.
 */
#include "umk/core/event.h"
#include "umk/core/fmt.h"
#include "umk/core/kschemes.h"

enum time_kind { TIME_DEFAULT, TIME_GETTIME, TIME_GETRES, TIME_TIMER };
#define TIMERS_PER_FILE 8u

struct time_file;
struct file_timer {
    struct timer timer;
    struct time_file *file;
};

struct time_file {
    u32 clock;
    enum time_kind kind;
    struct desc *desc;
    bool fired; /* since the last read or arming */
    struct file_timer timers[TIMERS_PER_FILE];
};

struct pool time_file_pool = POOL_INIT(time_file, 1u << 14);

static const char *const kinds[] = {"", "gettime", "getres", "timer"};

static i64 parse(const char *path, size_t len, u32 *clock, enum time_kind *kind)
{
    if (len == 0 || (path[0] != '1' && path[0] != '4') || (len > 1 && path[1] != '/'))
        return -ENOENT;
    *clock = (u32)(path[0] - '0');
    path += len > 1 ? 2 : 1;
    len -= len > 1 ? 2 : 1;
    for (u32 k = 0; k < 4; k++)
        if (strlen(kinds[k]) == len && memcmp(path, kinds[k], len) == 0) {
            *kind = (enum time_kind)k;
            return 0;
        }
    return -ENOENT;
}

static i64 time_open(struct context *c, struct desc *dir, const char *path, size_t len, u32 flags,
                     struct opened *out)
{
    enum time_kind kind = TIME_DEFAULT;
    struct time_file *f;
    u32 clock = 0;
    i64 err;

    (void)c;
    if (dir->priv)
        return -EACCES;
    if ((err = parse(path, len, &clock, &kind)))
        return err;
    if (!(f = pool_get(&time_file_pool)))
        return -ENOMEM;
    f->clock = clock;
    f->kind = kind;
    f->desc = out->desc = desc_new(dir->scheme, clock, flags, f);
    if (!f->desc) {
        pool_put(&time_file_pool, f);
        return -ENOMEM;
    }
    return 0;
}

static i64 time_read(struct context *c, struct desc *d, u8 *buf, size_t len, u64 offset)
{
    struct time_file *f = d->priv;
    struct rx_timespec ts = {.sec = 0, .nsec = 1};
    size_t n = len / sizeof(ts);

    (void)c;
    (void)offset;
    if (!f)
        return -EBADF;
    if (f->kind == TIME_TIMER || n == 0)
        return -EINVAL;
    if (f->kind != TIME_GETRES) {
        u64 t =
            core.machine->now() + (f->clock == RX_CLOCK_REALTIME ? core.machine->real_offset() : 0);
        ts.sec = (i64)(t / 1000000000);
        ts.nsec = (i32)(t % 1000000000);
    }
    f->fired = false;
    for (size_t i = 0; i < n; i++)
        memcpy(buf + i * sizeof(ts), &ts, sizeof(ts));
    return (i64)(n * sizeof(ts));
}

static void fire(struct timer *t)
{
    struct time_file *f = CONTAINER_OF(t, struct file_timer, timer)->file;

    f->fired = true;
    event_trigger(f->desc, EVENT_READ);
}

static i64 arm(struct time_file *f, const struct rx_timespec *ts)
{
    u64 at, base = f->clock == RX_CLOCK_REALTIME ? core.machine->real_offset() : 0;

    if (ts->sec < 0 || ts->nsec < 0 || ts->nsec >= 1000000000)
        return -EINVAL;
    if (mul_overflows((u64)ts->sec, 1000000000, &at) || add_overflows(at, (u64)ts->nsec, &at))
        at = UINT64_MAX;
    at = at > base ? at - base : 1;
    for (u32 i = 0; i < TIMERS_PER_FILE; i++)
        if (!f->timers[i].timer.armed) {
            f->timers[i].file = f;
            timer_arm(&f->timers[i].timer, at, fire);
            return 0;
        }
    return -EAGAIN;
}

static i64 time_write(struct context *c, struct desc *d, const u8 *buf, size_t len, u64 offset)
{
    struct time_file *f = d->priv;
    struct rx_timespec ts;
    size_t n = len / sizeof(ts);

    (void)c;
    (void)offset;
    if (!f)
        return -EBADF;
    if (f->kind == TIME_GETTIME || f->kind == TIME_GETRES || n == 0)
        return -EINVAL;
    for (size_t i = 0; i < n; i++) {
        i64 err;

        memcpy(&ts, buf + i * sizeof(ts), sizeof(ts));
        if ((err = arm(f, &ts)))
            return i ? (i64)(i * sizeof(ts)) : err;
    }
    return (i64)(n * sizeof(ts));
}

static u32 time_fevent(struct desc *d, u32 mask)
{
    const struct time_file *f = d->priv;

    return f && f->fired ? mask & EVENT_READ : 0;
}

static i64 time_fstat(struct desc *d, struct rx_stat *st)
{
    (void)d;
    st->mode = MODE_CHR | 0666;
    return 0;
}

static i64 time_fpath(struct desc *d, char *buf, size_t len)
{
    const struct time_file *f = d->priv;
    char path[32];
    struct fmt t = {path, sizeof(path), 0};

    fmt_add(&t, "/scheme/time/");
    if (f)
        fmt_add(&t, "%u/%s", f->clock, kinds[f->kind]);
    memcpy(buf, path, min_u64(len, t.len));
    return (i64)min_u64(len, t.len);
}

static void time_close(struct desc *d)
{
    struct time_file *f = d->priv;

    if (!f)
        return;
    for (u32 i = 0; i < TIMERS_PER_FILE; i++)
        timer_cancel(&f->timers[i].timer);
    pool_put(&time_file_pool, f);
}

const struct kscheme_ops time_ops = {
    .openat = time_open,
    .read = time_read,
    .write = time_write,
    .fevent = time_fevent,
    .fstat = time_fstat,
    .fpath = time_fpath,
    .close = time_close,
};
