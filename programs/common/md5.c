/* MD5 (RFC 1321). */
#include "digest.h"

static const uint32_t table[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

static void start(struct digest *d)
{
    d->h32[0] = 0x67452301;
    d->h32[1] = 0xefcdab89;
    d->h32[2] = 0x98badcfe;
    d->h32[3] = 0x10325476;
}

static void take(struct digest *d, const unsigned char *block)
{
    static const int shifts[4][4] = {
        {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t m[16];
    uint32_t a = d->h32[0];
    uint32_t b = d->h32[1];
    uint32_t c = d->h32[2];
    uint32_t e = d->h32[3];
    for (int i = 0; i < 16; i++)
        m[i] = (uint32_t)block[i * 4] | (uint32_t)block[i * 4 + 1] << 8 |
               (uint32_t)block[i * 4 + 2] << 16 | (uint32_t)block[i * 4 + 3] << 24;
    for (int i = 0; i < 64; i++) {
        uint32_t f;
        int g;
        if (i < 16) {
            f = (b & c) | (~b & e);
            g = i;
        } else if (i < 32) {
            f = (e & b) | (~e & c);
            g = (5 * i + 1) % 16;
        } else if (i < 48) {
            f = b ^ c ^ e;
            g = (3 * i + 5) % 16;
        } else {
            f = c ^ (b | ~e);
            g = 7 * i % 16;
        }
        f += a + table[i] + m[g];
        int s = shifts[i / 16][i % 4];
        a = e;
        e = c;
        c = b;
        b += f << s | f >> (32 - s);
    }
    d->h32[0] += a;
    d->h32[1] += b;
    d->h32[2] += c;
    d->h32[3] += e;
}

const struct digest_kind digest_md5 = {"MD5", 16, 64, 1, start, take};
