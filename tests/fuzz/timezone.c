/*
 * Time zone files and rules of any content, and the calendar at any time. The first byte
 * chooses, the time comes from the last eight.
 */
#include <stdlib.h>
#include "shim/src/time/civil.c"
#include "shim/src/time/zone_file.c"
#include "shim/src/time/zone_rule.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_rule(const char *text, i64 t)
{
    struct zone_rule r;

    if (!__umk_rule_parse(text, &r))
        return;
    __umk_rule_dst(&r, t);
    __umk_rule_dst(&r, 0);
    if (strlen(r.std_name) >= ZONE_NAME_MAX || strlen(r.dst_name) >= ZONE_NAME_MAX)
        abort();
}

static void try_file(const u8 *data, size_t size, i64 t)
{
    static volatile size_t sum; /* every byte of a name is read */
    struct zone_file f;
    struct zone_type type;
    const i64 times[] = {t, 0, INT64_MIN, INT64_MAX, -1, 1u << 31};
    u8 *copy = malloc(size + 1);

    memcpy(copy, data, size);
    if (__umk_zone_file_parse(copy, size, &f)) {
        for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
            if (__umk_zone_file_find(&f, times[i], &type))
                sum += strlen(type.name);
            else
                __umk_rule_dst(&f.rule, times[i]);
        }
        if (__umk_zone_file_last(&f, true, &type))
            sum += strlen(type.name);
        if (__umk_zone_file_last(&f, false, &type))
            sum += strlen(type.name);
    }
    free(copy);
}

/* A time turned into fields and back is the same time. */
static void try_civil(i64 t, i32 offset)
{
    struct tm tm;

    offset %= 200000;
    if (__umk_civil(t, offset, &tm) == 0 && __umk_civil_seconds(&tm) - offset != t)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    i64 t = 0;
    char text[256];

    if (size < 9)
        return 0;
    memcpy(&t, data + size - 8, 8);
    try_civil(t, (i32)data[0] * 997 - 100000);
    if (data[0] & 1) {
        size_t len = size - 1 < sizeof text - 1 ? size - 1 : sizeof text - 1;
        memcpy(text, data + 1, len);
        text[len] = 0;
        try_rule(text, t);
    } else {
        try_file(data + 1, size - 1, t);
    }
    return 0;
}
