/* UTF-8 text, see utf8.h. The tables name the ranges that matter in practice; what they leave out
 * is taken for an ordinary letter. */
#include "utf8.h"

struct span {
    uint32_t first, last;
};

/* Combining marks, joiners and variation selectors: they extend the cluster before them. */
static const struct span extend[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},   {0x05bf, 0x05bf},   {0x05c1, 0x05c2},
    {0x05c4, 0x05c5}, {0x0610, 0x061a}, {0x064b, 0x065f},   {0x0670, 0x0670},   {0x06d6, 0x06dc},
    {0x06df, 0x06e4}, {0x06e7, 0x06e8}, {0x06ea, 0x06ed},   {0x0711, 0x0711},   {0x0730, 0x074a},
    {0x07a6, 0x07b0}, {0x0816, 0x082d}, {0x0859, 0x085b},   {0x08d3, 0x0903},   {0x093a, 0x093c},
    {0x093e, 0x094f}, {0x0951, 0x0957}, {0x0962, 0x0963},   {0x0981, 0x0983},   {0x09bc, 0x09bc},
    {0x09be, 0x09cd}, {0x0a01, 0x0a03}, {0x0a3c, 0x0a4d},   {0x0a70, 0x0a71},   {0x0abc, 0x0abc},
    {0x0abe, 0x0acd}, {0x0b01, 0x0b03}, {0x0b3c, 0x0b3c},   {0x0b3e, 0x0b57},   {0x0bbe, 0x0bcd},
    {0x0c3e, 0x0c56}, {0x0cbc, 0x0cd6}, {0x0d3b, 0x0d57},   {0x0dca, 0x0ddf},   {0x0e31, 0x0e31},
    {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x0eb1, 0x0eb1},   {0x0eb4, 0x0ebc},   {0x0ec8, 0x0ecd},
    {0x0f18, 0x0f19}, {0x0f35, 0x0f39}, {0x0f3e, 0x0f3f},   {0x0f71, 0x0f84},   {0x102b, 0x103e},
    {0x135d, 0x135f}, {0x1712, 0x1714}, {0x17b4, 0x17d3},   {0x180b, 0x180d},   {0x1ab0, 0x1aff},
    {0x1b00, 0x1b04}, {0x1b34, 0x1b44}, {0x1dc0, 0x1dff},   {0x200c, 0x200d},   {0x20d0, 0x20f0},
    {0x2cef, 0x2cf1}, {0x2de0, 0x2dff}, {0x302a, 0x302f},   {0x3099, 0x309a},   {0xa66f, 0xa67d},
    {0xa69e, 0xa69f}, {0xa802, 0xa827}, {0xa8e0, 0xa8f1},   {0xfb1e, 0xfb1e},   {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f}, {0xff9e, 0xff9f}, {0x1f3fb, 0x1f3ff}, {0xe0020, 0xe007f}, {0xe0100, 0xe01ef},
};

/* Wide on a terminal: East Asian scripts and pictures. */
static const struct span wide_ranges[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x25fd, 0x25fe},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26aa, 0x26ab},
    {0x26bd, 0x26be},   {0x2705, 0x2705},   {0x274c, 0x274c},   {0x2753, 0x2755},
    {0x2795, 0x2797},   {0x2b1b, 0x2b1c},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
    {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static bool in_ranges(const struct span *r, size_t n, uint32_t c)
{
    size_t low = 0;
    while (low < n) {
        size_t mid = low + (n - low) / 2;
        if (c > r[mid].last)
            low = mid + 1;
        else if (c < r[mid].first)
            n = mid;
        else
            return true;
    }
    return false;
}

static bool extends(uint32_t c)
{
    return c >= 0x300 && in_ranges(extend, sizeof extend / sizeof *extend, c);
}

/* Length of the sequence a lead byte announces and its payload bits; 0 for a wrong lead byte. */
static size_t lead(unsigned char b, uint32_t *bits)
{
    if (b >= 0xc2 && b <= 0xdf) {
        *bits = b & 0x1fu;
        return 2;
    }
    if ((b & 0xf0) == 0xe0) {
        *bits = b & 0x0fu;
        return 3;
    }
    if (b >= 0xf0 && b <= 0xf4) {
        *bits = b & 0x07u;
        return 4;
    }
    return 0;
}

static bool decode(const char *s, size_t n, uint32_t *out, size_t *len)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t c = (unsigned char)s[0];
    *len = 1;
    *out = c;
    if (c < 0x80)
        return true;
    size_t need = lead((unsigned char)s[0], &c);
    if (need == 0 || need > n)
        return false;
    for (size_t i = 1; i < need; i++) {
        unsigned char b = (unsigned char)s[i];
        if ((b & 0xc0) != 0x80)
            return false;
        c = c << 6 | (b & 0x3fu);
    }
    if (c < least[need] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return false;
    *out = c;
    *len = need;
    return true;
}

uint32_t utf8_get(const char *s, size_t n, size_t *len)
{
    uint32_t c;
    decode(s, n, &c, len);
    return c;
}

size_t utf8_put(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

bool utf8_valid(const char *s, size_t n, size_t *bad)
{
    for (size_t i = 0; i < n;) {
        uint32_t c;
        size_t len;
        if (!decode(s + i, n - i, &c, &len)) {
            *bad = i;
            return false;
        }
        i += len;
    }
    return true;
}

static bool is_regional(uint32_t c)
{
    return c >= 0x1f1e6 && c <= 0x1f1ff;
}

static bool is_picture(uint32_t c)
{
    return (c >= 0x1f000 && c <= 0x1faff) || (c >= 0x2190 && c <= 0x27bf) ||
           (c >= 0x2b00 && c <= 0x2bff) || c == 0xa9 || c == 0xae;
}

enum hangul { NOT_HANGUL, HANGUL_L, HANGUL_V, HANGUL_T, HANGUL_LV, HANGUL_LVT };

static enum hangul hangul(uint32_t c)
{
    if (c >= 0x1100 && c <= 0x115f)
        return HANGUL_L;
    if (c >= 0x1160 && c <= 0x11a7)
        return HANGUL_V;
    if (c >= 0x11a8 && c <= 0x11ff)
        return HANGUL_T;
    if (c >= 0xac00 && c <= 0xd7a3)
        return (c - 0xac00) % 28 == 0 ? HANGUL_LV : HANGUL_LVT;
    return NOT_HANGUL;
}

static bool hangul_joins(enum hangul a, enum hangul b)
{
    if (a == HANGUL_L)
        return b != NOT_HANGUL && b != HANGUL_T;
    if (a == HANGUL_LV || a == HANGUL_V)
        return b == HANGUL_V || b == HANGUL_T;
    return (a == HANGUL_LVT || a == HANGUL_T) && b == HANGUL_T;
}

size_t utf8_grapheme(const char *s, size_t n)
{
    size_t len;
    uint32_t c = utf8_get(s, n, &len);
    size_t end = len;
    if (c < 0x80 && c != '\r' && (end >= n || (unsigned char)s[end] < 0x80))
        return end;
    if (c == '\r' && end < n && s[end] == '\n')
        return end + 1;
    if (c < 0x20)
        return end;
    bool picture = is_picture(c);
    bool flag = is_regional(c);
    while (end < n) {
        uint32_t next = utf8_get(s + end, n - end, &len);
        bool joined = extends(next) || (flag && is_regional(next)) ||
                      (picture && c == 0x200d && is_picture(next)) ||
                      hangul_joins(hangul(c), hangul(next));
        if (!joined)
            break;
        flag = flag && !is_regional(next);
        c = next;
        end += len;
    }
    return end;
}

size_t utf8_graphemes(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; count++)
        i += utf8_grapheme(s + i, n - i);
    return count;
}

bool utf8_is_space(uint32_t c)
{
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

bool utf8_starts_name(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (c < 0xc0)
        return c == 0xaa || c == 0xb5 || c == 0xba;
    if (c == 0xd7 || c == 0xf7 || utf8_is_space(c) || extends(c))
        return false;
    /* Punctuation, symbols, arrows, boxes, private use and pictures are no letters. */
    return !((c >= 0x2010 && c <= 0x206f) || (c >= 0x20a0 && c <= 0x20cf) ||
             (c >= 0x2190 && c <= 0x2bff) || (c >= 0x3000 && c <= 0x3004) ||
             (c >= 0x3008 && c <= 0x3020) || (c >= 0xe000 && c <= 0xf8ff) || c >= 0xe0000 ||
             (c >= 0x1f000 && c <= 0x1faff) || (c >= 0xff01 && c <= 0xff0f));
}

bool utf8_in_name(uint32_t c)
{
    return (c >= '0' && c <= '9') || utf8_starts_name(c);
}

/* Pairs at a fixed distance: {first upper, last upper, distance}. */
static const struct {
    uint32_t first, last, add;
} shifted[] = {
    {'A', 'Z', 32},       {0xc0, 0xd6, 32},     {0xd8, 0xde, 32},     {0x391, 0x3a1, 32},
    {0x3a3, 0x3ab, 32},   {0x410, 0x42f, 32},   {0x400, 0x40f, 80},   {0x531, 0x556, 48},
    {0x2160, 0x216f, 16}, {0x24b6, 0x24cf, 26}, {0xff21, 0xff3a, 32}, {0x10400, 0x10427, 40},
};

/* Ranges in which upper and lower case alternate, upper first (even or odd as the range starts). */
static const struct span alternating[] = {
    {0x100, 0x12f}, {0x132, 0x137}, {0x139, 0x148},   {0x14a, 0x177},
    {0x179, 0x17e}, {0x1cd, 0x1dc}, {0x1de, 0x1ef},   {0x1f8, 0x21f},
    {0x222, 0x233}, {0x370, 0x373}, {0x3d8, 0x3ef},   {0x460, 0x481},
    {0x48a, 0x4bf}, {0x4d0, 0x52f}, {0x1e00, 0x1e95}, {0x1ea0, 0x1eff},
};

uint32_t utf8_lower(uint32_t c)
{
    for (size_t i = 0; i < sizeof shifted / sizeof *shifted; i++) {
        if (c >= shifted[i].first && c <= shifted[i].last)
            return c + shifted[i].add;
    }
    for (size_t i = 0; i < sizeof alternating / sizeof *alternating; i++) {
        if (c >= alternating[i].first && c <= alternating[i].last)
            return (c - alternating[i].first) % 2 == 0 ? c + 1 : c;
    }
    return c == 0x178 ? 0xff : c;
}

uint32_t utf8_upper(uint32_t c)
{
    for (size_t i = 0; i < sizeof shifted / sizeof *shifted; i++) {
        if (c >= shifted[i].first + shifted[i].add && c <= shifted[i].last + shifted[i].add)
            return c - shifted[i].add;
    }
    for (size_t i = 0; i < sizeof alternating / sizeof *alternating; i++) {
        if (c >= alternating[i].first && c <= alternating[i].last)
            return (c - alternating[i].first) % 2 == 1 ? c - 1 : c;
    }
    return c == 0xff ? 0x178 : c == 0x3c2 ? 0x3a3 : c;
}

int utf8_width(uint32_t c)
{
    if (c < 0x20 || c == 0x7f || extends(c))
        return 0;
    return c >= 0x1100 && in_ranges(wide_ranges, sizeof wide_ranges / sizeof *wide_ranges, c) ? 2
                                                                                              : 1;
}
