/* Parsing of one conversion of scanf. */
#include "shim/src/internal/scanf.h"

static const char *read_number(const char *p, i64 *out)
{
    i64 x = 0;

    for (; *p >= '0' && *p <= '9'; p++)
        if (x < INT_MAX)
            x = x * 10 + (*p - '0');
    *out = x;
    return p;
}

static const char *read_length(const char *p, enum scan_length *length)
{
    switch (*p) {
    case 'h':
        *length = p[1] == 'h' ? SCAN_HH : SCAN_H;
        return p + 1 + (p[1] == 'h');
    case 'l':
        *length = SCAN_LONG;
        return p + 1 + (p[1] == 'l');
    case 'q':
    case 'j':
    case 'z':
    case 't':
        *length = SCAN_LONG;
        return p + 1;
    case 'L':
        *length = SCAN_LONG_DOUBLE;
        return p + 1;
    default:
        return p;
    }
}

static void set_range(struct scan_spec *out, u8 first, u8 last)
{
    for (unsigned c = first; c <= last; c++)
        out->set.bits[c >> 6] |= 1ull << (c & 63);
}

/* p is after the opening bracket */
static const char *read_set(const char *p, struct scan_spec *out)
{
    bool invert = *p == '^';

    if (invert)
        p++;
    for (bool first = true; first || *p != ']'; first = false, p++) {
        if (!*p)
            return NULL;
        if (p[1] == '-' && p[2] && p[2] != ']' && (u8)p[0] <= (u8)p[2]) {
            set_range(out, (u8)p[0], (u8)p[2]);
            p += 2;
        } else {
            set_range(out, (u8)*p, (u8)*p);
        }
    }
    for (int i = 0; invert && i < 4; i++)
        out->set.bits[i] = ~out->set.bits[i];
    return p + 1;
}

const char *__umk_scan_parse(const char *p, struct scan_spec *out)
{
    i64 n;
    const char *q = read_number(p, &n);

    *out = (struct scan_spec){.length = SCAN_INT};
    if (q != p && *q == '$') {
        out->arg = (int)n;
        p = q + 1;
    }
    if (*p == '*') {
        out->suppress = true;
        p++;
    }
    p = read_number(p, &out->width);
    if (*p == 'm') {
        out->allocate = true;
        p++;
    }
    p = read_length(p, &out->length);
    out->conversion = *p;
    if (!*p)
        return NULL;
    if (*p == 'C' || *p == 'S') {
        out->conversion = (char)(*p | 32);
        out->length = SCAN_LONG;
    }
    return *p == '[' ? read_set(p + 1, out) : p + 1;
}
