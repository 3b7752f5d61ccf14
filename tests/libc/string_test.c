/*
 * The string functions against plain loops, on strings that end just before a page that
 * is not there, or begin just after one; with and without the wide vectors. Usage: string_test
 * [rounds].
 */
#include "tests/random.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096
#define AREA (3 * PAGE)

void *u_memcpy(void *, const void *, size_t);
void *u_memmove(void *, const void *, size_t);
void *u_memset(void *, int, size_t);
int u_memcmp(const void *, const void *, size_t);
void *u_memchr(const void *, int, size_t);
void *u_memrchr(const void *, int, size_t);
void *u_memmem(const void *, size_t, const void *, size_t);
size_t u_strlen(const char *);
size_t u_strnlen(const char *, size_t);
char *u_strchr(const char *, int);
char *u_strrchr(const char *, int);
char *u_strchrnul(const char *, int);
int u_strcmp(const char *, const char *);
int u_strncmp(const char *, const char *, size_t);
char *u_strstr(const char *, const char *);
char *u_strcpy(char *, const char *);
char *u_strncpy(char *, const char *, size_t);
size_t u_strspn(const char *, const char *);
size_t u_strcspn(const char *, const char *);
int u_strverscmp(const char *, const char *);
int strverscmp(const char *, const char *);
extern bool u___umk_watched;
extern uint32_t u___umk_vectors; /* 0: not yet known, 100: not to be used */

static uint64_t state = 1;
static long failures;

static unsigned below(unsigned n)
{
    return random_below(&state, n);
}

static void expect(bool ok, const char *what, size_t n)
{
    if (!ok && failures++ < 20)
        printf("string_test: %s, length %zu\n", what, n);
}

/* Memory between two pages that are not there. */
static unsigned char *area(void)
{
    char *p = mmap(NULL, AREA + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED || mprotect(p + PAGE, AREA, PROT_READ | PROT_WRITE))
        exit(2);
    return (unsigned char *)p + PAGE;
}

static int sign(int x)
{
    return (x > 0) - (x < 0);
}

/* n bytes at the end of the area, at its start, or somewhere in it */
static unsigned char *place(unsigned char *a, size_t n)
{
    switch (below(3)) {
    case 0:
        return a + AREA - n;
    case 1:
        return a + below(40);
    default:
        return a + below((unsigned)(AREA - n - 40));
    }
}

static size_t length(void)
{
    static const unsigned limits[] = {20, 40, 140, 600, 3000, 7000};

    return below(limits[below(6)]);
}

static void copies(unsigned char *a, unsigned char *b)
{
    static unsigned char want[AREA];
    size_t n = length();
    unsigned char *s = place(a, n + 40), *d = place(b, n + 40);

    for (size_t i = 0; i < n; i++)
        s[i] = (unsigned char)below(256);
    memcpy(want, s, n);
    expect(u_memcpy(d, s, n) == d && memcmp(d, want, n) == 0, "memcpy", n);
    /* overlapping, either way */
    size_t shift = below(40);
    u_memmove(s + shift, s, n);
    expect(memcmp(s + shift, want, n) == 0, "memmove up", n);
    u_memmove(s, s + shift, n);
    expect(memcmp(s, want, n) == 0, "memmove down", n);
    d = b + AREA - n;
    unsigned char guard = n < AREA ? d[-1] : 0;
    expect(u_memset(d, 0x7b, n) == d, "memset result", n);
    for (size_t i = 0; i < n; i++)
        expect(d[i] == 0x7b, "memset", n);
    expect(d[-1] == guard, "memset went too far", n);
}

static void searches(unsigned char *a, unsigned char *b)
{
    size_t n = length();
    char *s = (char *)place(a, n + 1), *t = (char *)place(b, n + 1);

    for (size_t i = 0; i < n; i++)
        s[i] = (char)('a' + below(3));
    s[n] = 0;
    if (n && below(2))
        s[below((unsigned)n)] = 'q';
    memcpy(t, s, n + 1);
    expect(u_strlen(s) == n, "strlen", n);
    size_t max = below((unsigned)n + 20);
    expect(u_strnlen(s, max) == (max < n ? max : n), "strnlen", n);
    expect(u_strchr(s, 'q') == strchr(s, 'q'), "strchr", n);
    expect(u_strchr(s, 0) == s + n, "strchr of zero", n);
    expect(u_strrchr(s, 'b') == strrchr(s, 'b'), "strrchr", n);
    size_t part = n - below((unsigned)n + 1);
    expect(u_memchr(s, 'q', part) == memchr(s, 'q', part), "memchr", part);
    expect(u_strspn(s, "ab") == strspn(s, "ab"), "strspn", n);
    expect(u_strcspn(s, "qc") == strcspn(s, "qc"), "strcspn", n);
    expect(u_memcmp(s, t, n) == 0 && u_strcmp(s, t) == 0, "equal strings", n);
    if (n) {
        t[below((unsigned)n)] ^= (char)(1 << below(8));
        expect(sign(u_memcmp(s, t, n)) == sign(memcmp(s, t, n)), "memcmp", n);
        expect(sign(u_strcmp(s, t)) == sign(strcmp(s, t)), "strcmp", n);
        expect(sign(u_strncmp(s, t, part)) == sign(strncmp(s, t, part)), "strncmp", n);
    }
    size_t needle_len = below(12), at = n ? below((unsigned)n) : 0;
    char needle[600];
    if (at + needle_len > n)
        needle_len = n - at;
    memcpy(needle, s + at, needle_len);
    if (needle_len && below(3) == 0)
        needle[below((unsigned)needle_len)] = 'z';
    needle[needle_len] = 0;
    expect(u_strstr(s, needle) == strstr(s, needle), "strstr", n);
    u_strcpy(t, s);
    expect(memcmp(s, t, n + 1) == 0, "strcpy", n);
}

/* Needles and hay of few letters, with periods: what the linear search is for. */
static void periodic(void)
{
    static char hay[3000];
    char needle[300];
    size_t n = below(280) + 1, len = below(2900), period = below(7) + 1;

    for (size_t i = 0; i < len; i++)
        hay[i] = i % period == period - 1 ? 'b' : 'a';
    for (size_t i = 0; i < n; i++)
        needle[i] = i % period == period - 1 ? 'b' : 'a';
    for (unsigned i = below(4); i > 0; i--)
        needle[below((unsigned)n)] = 'b';
    for (unsigned i = below(4); i > 0 && len; i--)
        hay[below((unsigned)len)] = 'b';
    if (below(2) && len > n)
        memcpy(hay + below((unsigned)(len - n)), needle, n);
    const char *want = NULL;
    for (size_t i = 0; i + n <= len && !want; i++)
        if (memcmp(hay + i, needle, n) == 0)
            want = hay + i;
    expect(u_memmem(hay, len, needle, n) == want, "memmem", n);
}

static void versions(void)
{
    char a[12], b[12];

    for (int i = 0; i < 11; i++) {
        a[i] = "0019a."[below(6)];
        b[i] = below(4) ? a[i] : "0019a."[below(6)];
    }
    a[below(11) + 1] = b[below(11) + 1] = 0;
    a[11] = b[11] = 0;
    if (sign(u_strverscmp(a, b)) != sign(strverscmp(a, b)) && failures++ < 20)
        printf("string_test: strverscmp %s %s\n", a, b);
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? atol(argv[1]) : 30000;
    unsigned char *a = area(), *b = area();

    for (long i = 0; i < rounds; i++) {
        if (i == rounds / 3)
            u___umk_vectors = 100;
        if (i == rounds / 2)
            u___umk_vectors = 0;
        u___umk_watched = i % 16 == 0;
        copies(a, b);
        searches(a, b);
        periodic();
        versions();
    }
    printf("string_test: %ld rounds, %ld failures\n", rounds, failures);
    return failures != 0;
}
