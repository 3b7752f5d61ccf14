/*
 * Zoneinfo files, RFC 8536. All counts are checked against the file's length before
 * anything is read by them. Leap second records are passed over.
 */
#include <stdlib.h>
#include <string.h>
#include "shim/src/time/zone.h"

#define HEADER 44
#define TYPE_SIZE 6
#define MAX_COUNT 65536u

struct counts {
    u32 isut, isstd, leap, time, type, chars;
};

static u32 be32(const u8 *p)
{
    return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

static i64 be64(const u8 *p)
{
    return (i64)((u64)be32(p) << 32 | be32(p + 4));
}

static bool read_header(const u8 *p, size_t len, struct counts *c)
{
    if (len < HEADER || memcmp(p, "TZif", 4) != 0)
        return false;
    *c = (struct counts){be32(p + 20), be32(p + 24), be32(p + 28),
                         be32(p + 32), be32(p + 36), be32(p + 40)};
    return c->isut < MAX_COUNT && c->isstd < MAX_COUNT && c->leap < MAX_COUNT &&
           c->time < MAX_COUNT && c->type < MAX_COUNT && c->chars < MAX_COUNT;
}

static size_t body_size(const struct counts *c, u32 time_size)
{
    return (size_t)c->time * (time_size + 1) + (size_t)c->type * TYPE_SIZE + c->chars +
           (size_t)c->leap * (time_size + 4) + c->isstd + c->isut;
}

/* Indices must lie within their tables, and names must end within theirs. */
static bool check_tables(const struct zone_file *f)
{
    if (f->typecnt == 0 || f->charcnt == 0 || f->names[f->charcnt - 1])
        return false;
    for (u32 i = 0; i < f->timecnt; i++)
        if (f->indices[i] >= f->typecnt)
            return false;
    for (u32 i = 0; i < f->typecnt; i++)
        if (f->types[i * TYPE_SIZE + 4] > 1 || f->types[i * TYPE_SIZE + 5] >= f->charcnt)
            return false;
    return true;
}

/* The rule between two newlines at the end. */
static void read_footer(struct zone_file *f, const u8 *p, size_t len)
{
    char text[128];
    const u8 *end;

    if (len < 2 || *p != '\n' || !(end = memchr(p + 1, '\n', len - 1)))
        return;
    size_t n = (size_t)(end - p - 1);
    if (n == 0 || n >= sizeof text)
        return;
    memcpy(text, p + 1, n);
    text[n] = 0;
    f->has_rule = __umk_rule_parse(text, &f->rule);
}

bool __umk_zone_file_parse(u8 *data, size_t len, struct zone_file *f)
{
    struct counts c;
    const u8 *p = data;
    size_t left = len, body;

    memset(f, 0, sizeof *f);
    f->time_size = 4;
    if (!read_header(p, left, &c))
        return false;
    body = body_size(&c, 4);
    if (p[4] >= '2') {
        if (left - HEADER < body)
            return false;
        p += HEADER + body;
        left -= HEADER + body;
        if (!read_header(p, left, &c))
            return false;
        f->time_size = 8;
        body = body_size(&c, 8);
    }
    p += HEADER;
    left -= HEADER;
    if (left < body)
        return false;
    f->timecnt = c.time;
    f->typecnt = c.type;
    f->charcnt = c.chars;
    f->times = p;
    f->indices = f->times + (size_t)c.time * f->time_size;
    f->types = f->indices + c.time;
    f->names = (const char *)f->types + (size_t)c.type * TYPE_SIZE;
    if (!check_tables(f))
        return false;
    if (f->time_size == 8)
        read_footer(f, p + body, left - body);
    f->data = data;
    f->len = len;
    return true;
}

static i64 time_at(const struct zone_file *f, u32 i)
{
    const u8 *p = f->times + (size_t)i * f->time_size;

    return f->time_size == 8 ? be64(p) : (i32)be32(p);
}

static void type_at(const struct zone_file *f, u32 type, struct zone_type *out)
{
    const u8 *p = f->types + type * TYPE_SIZE;

    out->offset = (i32)be32(p);
    out->dst = p[4];
    out->name = f->names + p[5];
}

bool __umk_zone_file_find(const struct zone_file *f, i64 t, struct zone_type *out)
{
    u32 low = 0, high = f->timecnt;

    /* the number of changes at or before t */
    while (low < high) {
        u32 middle = low + (high - low) / 2;
        if (time_at(f, middle) <= t)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == f->timecnt && f->has_rule)
        return false;
    type_at(f, low ? f->indices[low - 1] : 0, out);
    return true;
}

bool __umk_zone_file_last(const struct zone_file *f, bool dst, struct zone_type *out)
{
    for (u32 i = f->timecnt; i-- > 0;) {
        type_at(f, f->indices[i], out);
        if (out->dst == dst)
            return true;
    }
    type_at(f, 0, out);
    return out->dst == dst;
}
