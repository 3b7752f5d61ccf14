/* Decoding and encoding of each character set. */
#include <string.h>
#include "shim/src/iconv/charsets.h"
#include "shim/src/iconv/tables.h"

#define SURROGATE(c) ((c) >= 0xd800 && (c) < 0xe000)
#define LAST_CODE_POINT 0x10ffff

static int ascii_decode(const struct charset *set, const u8 *in, size_t n, u32 *out)
{
    (void)set;
    (void)n;
    *out = *in;
    return *in < 0x80 ? 1 : DECODE_INVALID;
}

static int ascii_encode(const struct charset *set, u32 c, u8 *out, size_t room)
{
    (void)set;
    if (c >= 0x80)
        return 0;
    if (room)
        *out = (u8)c;
    return 1;
}

static int latin1_decode(const struct charset *set, const u8 *in, size_t n, u32 *out)
{
    (void)set;
    (void)n;
    *out = *in;
    return 1;
}

static int latin1_encode(const struct charset *set, u32 c, u8 *out, size_t room)
{
    (void)set;
    if (c > 0xff)
        return 0;
    if (room)
        *out = (u8)c;
    return 1;
}

static int single_decode(const struct charset *set, const u8 *in, size_t n, u32 *out)
{
    (void)n;
    *out = *in < 0x80 ? *in : set->table[*in - 0x80];
    return *out == 0xffff ? DECODE_INVALID : 1;
}

static int single_encode(const struct charset *set, u32 c, u8 *out, size_t room)
{
    u32 at = 0;

    if (c < 0x80)
        return ascii_encode(set, c, out, room);
    while (at < 128 && set->table[at] != c)
        at++;
    if (at == 128 || c == 0xffff)
        return 0;
    if (room)
        *out = (u8)(0x80 + at);
    return 1;
}

static int utf8_decode(const struct charset *set, const u8 *in, size_t n, u32 *out)
{
    static const u32 least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = *in < 0x80   ? 1
                 : *in < 0xc2 ? 0
                 : *in < 0xe0 ? 2
                 : *in < 0xf0 ? 3
                 : *in < 0xf5 ? 4
                              : 0;
    (void)set;
    if (len == 0)
        return DECODE_INVALID;
    u32 c = len == 1 ? *in : *in & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if (i == n)
            return DECODE_SHORT;
        if ((in[i] & 0xc0) != 0x80)
            return DECODE_INVALID;
        c = c << 6 | (in[i] & 0x3f);
        /* too long a form, a surrogate, and what is beyond the end show in the second byte */
        u32 rest = 6 * (u32)(len - 1 - i), low = c << rest, high = low | ((1u << rest) - 1);
        if (high < least[len] || low > LAST_CODE_POINT || (SURROGATE(low) && SURROGATE(high)))
            return DECODE_INVALID;
    }
    *out = c;
    return (int)len;
}

static int utf8_encode(const struct charset *set, u32 c, u8 *out, size_t room)
{
    static const u8 first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    (void)set;
    if (len > room)
        return (int)len;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (u8)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (u8)(first[len] | c);
    return (int)len;
}

static u32 unit(const struct charset *set, const u8 *in)
{
    return set->little ? in[0] | (u32)in[1] << 8 : in[1] | (u32)in[0] << 8;
}

static void put_unit(const struct charset *set, u32 value, u8 *out)
{
    out[!set->little] = (u8)value;
    out[set->little] = (u8)(value >> 8);
}

static int utf16_decode(const struct charset *set, const u8 *in, size_t n, u32 *out)
{
    if (n < 2)
        return DECODE_SHORT;
    u32 c = unit(set, in);
    *out = c;
    if (!SURROGATE(c))
        return 2;
    if (c >= 0xdc00)
        return DECODE_INVALID;
    if (n < 4)
        return DECODE_SHORT;
    u32 low = unit(set, in + 2);
    if (low < 0xdc00 || low >= 0xe000)
        return DECODE_INVALID;
    *out = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    return 4;
}

static int utf16_encode(const struct charset *set, u32 c, u8 *out, size_t room)
{
    if (c < 0x10000) {
        if (room >= 2)
            put_unit(set, c, out);
        return 2;
    }
    if (room >= 4) {
        put_unit(set, 0xd800 + ((c - 0x10000) >> 10), out);
        put_unit(set, 0xdc00 + ((c - 0x10000) & 0x3ff), out + 2);
    }
    return 4;
}

static int utf32_decode(const struct charset *set, const u8 *in, size_t n, u32 *out)
{
    if (n < 4)
        return DECODE_SHORT;
    u32 a = unit(set, in), b = unit(set, in + 2), c = set->little ? a | b << 16 : b | a << 16;
    *out = c;
    return c > LAST_CODE_POINT || SURROGATE(c) ? DECODE_INVALID : 4;
}

static int utf32_encode(const struct charset *set, u32 c, u8 *out, size_t room)
{
    if (room >= 4) {
        put_unit(set, set->little ? c & 0xffff : c >> 16, out);
        put_unit(set, set->little ? c >> 16 : c & 0xffff, out + 2);
    }
    return 4;
}

/* Two bytes in the host's order of bytes of a name without one, as elsewhere on this processor. */
#define SINGLE(names, table)                                     \
    {                                                            \
        names, single_decode, single_encode, table, false, false \
    }
static const struct charset sets[] = {
    {"UTF-8/UTF8/", utf8_decode, utf8_encode, NULL, false, false},
    {"ASCII/US-ASCII/ANSI_X3.4-1968/ISO646-US/646/C/POSIX/", ascii_decode, ascii_encode, NULL,
     false, false},
    {"ISO-8859-1/LATIN1/L1/", latin1_decode, latin1_encode, NULL, false, false},
    {"UTF-16LE/UCS-2LE/", utf16_decode, utf16_encode, NULL, true, false},
    {"UTF-16BE/UCS-2BE/", utf16_decode, utf16_encode, NULL, false, false},
    {"UTF-16/UCS-2/", utf16_decode, utf16_encode, NULL, true, true},
    {"UTF-32LE/UCS-4LE/WCHAR_T/", utf32_decode, utf32_encode, NULL, true, false},
    {"UTF-32BE/UCS-4BE/UCS-4/", utf32_decode, utf32_encode, NULL, false, false},
    {"UTF-32/", utf32_decode, utf32_encode, NULL, true, true},
    SINGLE("ISO-8859-2/LATIN2/L2/", iso8859_2),
    SINGLE("ISO-8859-5/CYRILLIC/", iso8859_5),
    SINGLE("ISO-8859-7/GREEK/", iso8859_7),
    SINGLE("ISO-8859-9/LATIN5/L5/", iso8859_9),
    SINGLE("ISO-8859-15/LATIN9/", iso8859_15),
    SINGLE("CP1250/WINDOWS-1250/", cp1250),
    SINGLE("CP1251/WINDOWS-1251/", cp1251),
    SINGLE("CP1252/WINDOWS-1252/", cp1252),
    SINGLE("CP437/IBM437/437/", cp437),
    SINGLE("CP850/IBM850/850/", cp850),
    SINGLE("KOI8-R/", koi8_r),
    SINGLE("KOI8-U/", koi8_u),
};

static bool counts(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char folded(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Compares a name with one of the list's; both without what does not count. */
static bool same(const char *name, const char *listed)
{
    for (;;) {
        while (*name && !counts(*name) && !(name[0] == '/' && name[1] == '/'))
            name++;
        while (*listed != '/' && !counts(*listed))
            listed++;
        bool end = !*name || *name == '/';
        if (end || *listed == '/')
            return end && *listed == '/';
        if (folded(*name++) != folded(*listed++))
            return false;
    }
}

const struct charset *__umk_charset(const char *name)
{
    /* the locale's set */
    if (!*name || (name[0] == '/' && name[1] == '/') || same(name, "CHAR/"))
        return &sets[0];
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        for (const char *n = sets[i].names; *n; n = strchr(n, '/') + 1)
            if (same(name, n))
                return &sets[i];
    return NULL;
}
