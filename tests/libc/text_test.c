/*
 * iconv and the functions on Internet addresses against the host's, with random input. Usage:
 * text_test [count [seed]].
 */
#define _GNU_SOURCE
#include "tests/random.h"

#include <arpa/inet.h>
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *u_iconv_open(const char *, const char *);
size_t u_iconv(void *, char **, size_t *, char **, size_t *);
int u_iconv_close(void *);
int u_inet_pton(int, const char *, void *);
const char *u_inet_ntop(int, const void *, char *, socklen_t);
int u_inet_aton(const char *, struct in_addr *);
int *u___errno_location(void);

/* the library's number for the family; errno values are the host's */
#define U_AF_INET6 10

static uint64_t state;
static long failures;

static unsigned below(unsigned n)
{
    return random_below(&state, n);
}

static void complain(const char *what, const void *data, size_t n)
{
    if (failures++ > 20)
        return;
    printf("%s differs:", what);
    for (size_t i = 0; i < n; i++)
        printf(" %02x", ((const unsigned char *)data)[i]);
    printf("\n");
}

static const char *const sets[] = {
    "UTF-8",       "ASCII",    "ISO-8859-1", "ISO-8859-2", "ISO-8859-5", "ISO-8859-7", "ISO-8859-9",
    "ISO-8859-15", "CP1250",   "CP1251",     "CP1252",     "CP437",      "CP850",      "KOI8-R",
    "KOI8-U",      "UTF-16LE", "UTF-16BE",   "UTF-32LE",   "UTF-32BE",
};
#define SETS (sizeof sets / sizeof sets[0])

/* Text that is mostly right in the set: the host makes it from random characters. */
static size_t make_text(const char *set, char *out)
{
    uint32_t characters[12];
    unsigned n = below(12);
    char *in = (char *)characters, *end = out;
    size_t left, room = 96;
    iconv_t c = iconv_open(set, "UTF-32LE");

    for (unsigned i = 0; i < n; i++) {
        static const unsigned ranges[] = {0x80, 0x100, 0x500, 0x2600, 0x10ffff};
        characters[i] = below(ranges[below(5)]);
        /* the host leaves these out without a word */
        if (characters[i] >= 0xe0000 && characters[i] < 0xe1000)
            characters[i] -= 0xe0000;
    }
    left = n * sizeof *characters;
    while (left) {
        if (iconv(c, &in, &left, &end, &room) != (size_t)-1)
            break;
        in += 4;
        left -= left < 4 ? left : 4;
    }
    iconv_close(c);
    if (below(4) == 0 && end != out && set[0] != 'U')
        out[below((unsigned)(end - out))] = (char)below(256);
    if (below(4) == 0 && end != out)
        end--;
    return (size_t)(end - out);
}

/* A cut sequence that cannot become a good one is an error at once with us. */
static int same_error(int host, int ours)
{
    return host == ours || (host == EINVAL && ours == EILSEQ);
}

static void try_iconv(void)
{
    const char *from = sets[below(SETS)], *to = sets[below(SETS)];
    char text[128], a[160], b[160];
    size_t n = make_text(from, text), room = below(5) ? 128 : below(20);
    char *in_a = text, *in_b = text, *out_a = a, *out_b = b;
    size_t left_a = n, left_b = n, room_a = room, room_b = room;
    iconv_t host = iconv_open(to, from);
    void *ours = u_iconv_open(to, from);

    if (host == (iconv_t)-1 || ours == (void *)-1) {
        complain(to, from, strlen(from));
        return;
    }
    errno = *u___errno_location() = 0;
    size_t r_a = iconv(host, &in_a, &left_a, &out_a, &room_a);
    size_t r_b = u_iconv(ours, &in_b, &left_b, &out_b, &room_b);
    if (r_a != r_b || left_a != left_b || room_a != room_b ||
        memcmp(a, b, (size_t)(out_a - a)) != 0 ||
        (r_a == (size_t)-1 && !same_error(errno, *u___errno_location()))) {
        printf("%s to %s: %zd and %zd, left %zu %zu, errno %d %d\n", from, to, (ssize_t)r_a,
               (ssize_t)r_b, left_a, left_b, errno, *u___errno_location());
        complain("iconv", text, n);
    }
    iconv_close(host);
    u_iconv_close(ours);
}

static void try_addresses(void)
{
    static const char *const pieces[] = {"::",   ":",    ":",       ":",    "0", "1",
                                         "ffff", "abcd", "1234",    "12",   ".", ".",
                                         "255",  "01",   "1.2.3.4", "0x1f", "g", " "};
    unsigned char a[16] = {0}, b[16] = {0};
    char text[128] = "", out_a[64] = "", out_b[64] = "";
    struct in_addr x = {0}, y = {0};

    for (unsigned i = below(16); i > 0; i--)
        strcat(text, pieces[below(sizeof pieces / sizeof pieces[0])]);
    if (inet_pton(AF_INET6, text, a) != u_inet_pton(U_AF_INET6, text, b) || memcmp(a, b, 16) != 0)
        complain("inet_pton of IPv6", text, strlen(text));
    if (inet_pton(AF_INET, text, a) != u_inet_pton(AF_INET, text, b) || memcmp(a, b, 4) != 0)
        complain("inet_pton of IPv4", text, strlen(text));
    if (inet_aton(text, &x) != u_inet_aton(text, &y) || x.s_addr != y.s_addr)
        complain("inet_aton", text, strlen(text));
    for (unsigned i = 0; i < 16; i++)
        a[i] = below(3) ? 0 : (unsigned char)below(256);
    if (below(4) == 0)
        memset(a, 0, 12);
    if (below(3) == 0)
        memset(a + 10, 0xff, 2);
    socklen_t size = below(4) ? 64 : below(46);
    const char *r_a = inet_ntop(AF_INET6, a, out_a, size);
    const char *r_b = u_inet_ntop(U_AF_INET6, a, out_b, size);
    if (!r_a != !r_b || (r_a && strcmp(out_a, out_b) != 0)) {
        printf("%s and %s\n", out_a, out_b);
        complain("inet_ntop", a, 16);
    }
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 50000;

    state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    printf("text_test: seed %llu\n", (unsigned long long)state);
    for (long i = 0; i < count; i++) {
        try_addresses();
        if (i % 4 == 0)
            try_iconv();
    }
    printf("text_test: %ld rounds, %ld failures\n", count, failures);
    return failures != 0;
}
