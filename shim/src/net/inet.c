/* Internet addresses between numbers and text; byte order. */
#include <arpa/inet.h>
#include <string.h>
#include "shim/src/internal/result.h"

const struct in6_addr in6addr_any = IN6ADDR_ANY_INIT;
const struct in6_addr in6addr_loopback = IN6ADDR_LOOPBACK_INIT;

uint32_t htonl(uint32_t n)
{
    return __builtin_bswap32(n);
}

uint16_t htons(uint16_t n)
{
    return __builtin_bswap16(n);
}

uint32_t ntohl(uint32_t n)
{
    return __builtin_bswap32(n);
}

uint16_t ntohs(uint16_t n)
{
    return __builtin_bswap16(n);
}

/* Writes n in decimal; the end. */
static char *put_decimal(char *p, unsigned n)
{
    if (n >= 10)
        p = put_decimal(p, n / 10);
    *p++ = (char)('0' + n % 10);
    return p;
}

static char *put_v4(char *p, const u8 *a)
{
    for (int i = 0; i < 4; i++) {
        if (i)
            *p++ = '.';
        p = put_decimal(p, a[i]);
    }
    return p;
}

static char *put_hex(char *p, unsigned n)
{
    if (n >= 16)
        p = put_hex(p, n / 16);
    *p++ = "0123456789abcdef"[n % 16];
    return p;
}

/* The longest run of at least two zero groups among n, the first of several. Its length. */
static int longest_zeros(const u8 *a, int n, int *start)
{
    int best = 1;

    for (int i = 0; i < n; i++) {
        int j = i;
        while (j < n && !a[2 * j] && !a[2 * j + 1])
            j++;
        if (j - i > best) {
            best = j - i;
            *start = i;
        }
        i = j > i ? j - 1 : i;
    }
    return best > 1 ? best : 0;
}

/* Mapped and compatible addresses, and only they, end in the IPv4 form. */
static bool ends_in_v4(const u8 *a)
{
    int start = -1, zeros = longest_zeros(a, 8, &start);

    return start == 0 && (zeros == 6 || (zeros == 5 && a[10] == 0xff && a[11] == 0xff));
}

static char *put_v6(char *p, const u8 *a)
{
    bool v4 = ends_in_v4(a);
    int groups = v4 ? 6 : 8, start = -1, zeros = longest_zeros(a, groups, &start);

    for (int i = 0; i < groups; i++) {
        if (zeros && i == start) {
            *p++ = ':';
            i += zeros - 1;
            if (i == groups - 1)
                *p++ = ':';
            continue;
        }
        if (i)
            *p++ = ':';
        p = put_hex(p, (unsigned)a[2 * i] << 8 | a[2 * i + 1]);
    }
    if (!v4)
        return p;
    if (p[-1] != ':')
        *p++ = ':';
    return put_v4(p, a + 12);
}

const char *inet_ntop(int family, const void *restrict address, char *restrict out, socklen_t size)
{
    char text[INET6_ADDRSTRLEN], *end;

    if (family != AF_INET && family != AF_INET6) {
        __umk_fail(EAFNOSUPPORT);
        return NULL;
    }
    end = family == AF_INET ? put_v4(text, address) : put_v6(text, address);
    if ((size_t)(end - text) >= size) {
        __umk_fail(ENOSPC);
        return NULL;
    }
    *end = 0;
    return memcpy(out, text, (size_t)(end - text) + 1);
}

/* Four decimal numbers without superfluous zeros. */
static bool parse_v4(const char *s, u8 out[4])
{
    for (int i = 0; i < 4; i++) {
        int value = 0, digits = 0;
        if (i && *s++ != '.')
            return false;
        for (; *s >= '0' && *s <= '9'; s++, digits++) {
            if (digits && value == 0)
                return false;
            value = value * 10 + (*s - '0');
            if (value > 255)
                return false;
        }
        if (!digits)
            return false;
        out[i] = (u8)value;
    }
    return *s == 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A group of one to four digits; the end, or NULL. */
static const char *parse_group(const char *s, u8 *out)
{
    unsigned value = 0;
    int n = 0;

    for (; hex_digit(*s) >= 0; s++, n++) {
        if (n == 4)
            return NULL;
        value = value * 16 + (unsigned)hex_digit(*s);
    }
    out[0] = (u8)(value >> 8);
    out[1] = (u8)value;
    return n ? s : NULL;
}

static bool parse_v6(const char *s, u8 out[16])
{
    u8 a[16] = {0};
    int n = 0, gap = -1;

    if (*s == ':' && *++s != ':')
        return false;
    while (*s) {
        if (*s == ':') {
            if (gap >= 0 || n > 14)
                return false;
            gap = n;
            s++;
            continue;
        }
        if (n > 14)
            return false;
        if (n <= 12 && parse_v4(s, a + n)) {
            n += 4;
            break;
        }
        s = parse_group(s, a + n);
        if (!s || (*s && *s != ':') || (*s && !s[1]))
            return false;
        s += *s == ':';
        n += 2;
    }
    if (gap < 0 ? n != 16 : n > 14)
        return false;
    if (gap >= 0) {
        memmove(a + 16 - (n - gap), a + gap, (size_t)(n - gap));
        memset(a + gap, 0, (size_t)(16 - n));
    }
    memcpy(out, a, 16);
    return true;
}

int inet_pton(int family, const char *restrict s, void *restrict out)
{
    u8 a[16];

    if (family != AF_INET && family != AF_INET6)
        return (int)__umk_fail(EAFNOSUPPORT);
    if (family == AF_INET ? !parse_v4(s, a) : !parse_v6(s, a))
        return 0;
    memcpy(out, a, family == AF_INET ? 4 : 16);
    return 1;
}
