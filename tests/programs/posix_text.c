/* Functions on text and numbers: iconv, wordexp, monetary, complex, wide characters, signal names.
 */
#include "posix_check.h"

#include <complex.h>
#include <iconv.h>
#include <locale.h>
#include <math.h>
#include <monetary.h>
#include <search.h>
#include <signal.h>
#include <stdint.h>
#include <tgmath.h>
#include <wchar.h>
#include <wctype.h>
#include <wordexp.h>

static size_t convert(const char *to, const char *from, const char *in, size_t n, char *out)
{
    iconv_t c = iconv_open(to, from);
    char *source = (char *)(uintptr_t)in, *target = out;
    size_t room = 64;

    if (c == (iconv_t)-1)
        return (size_t)-2;
    size_t r = iconv(c, &source, &n, &target, &room);
    iconv_close(c);
    return r == (size_t)-1 ? r : 64 - room;
}

static void check_iconv(void)
{
    char out[64];

    CHECK_EQ(convert("UTF-16LE", "UTF-8", "a\xc3\xa4\xf0\x9f\x98\x80", 7, out), 8);
    CHECK(memcmp(out, "a\0\xe4\0\x3d\xd8\x00\xde", 8) == 0);
    CHECK_EQ(convert("UTF-8", "UTF-16", "\xfe\xff\0a", 4, out), 1);
    CHECK_EQ(convert("ISO-8859-1", "UTF-8", "\xc3\xbf", 2, out), 1);
    CHECK(out[0] == '\xff');
    CHECK_EQ(convert("UTF-8", "ISO8859-15", "\xa4", 1, out), 3);
    CHECK(memcmp(out, "\xe2\x82\xac", 3) == 0);
    CHECK_EQ(convert("ASCII//IGNORE", "UTF-8", "x", 1, out), 1);
    CHECK_EQ(convert("UTF-8", "UTF-8", "\xc0\x80", 2, out), -1);
    CHECK_EQ(errno == 0 || errno == EILSEQ, 1);
    CHECK_EQ(convert("UTF-8", "UTF-8", "\xc3", 1, out), -1);
    CHECK_EQ(convert("no such set", "UTF-8", "", 0, out), -2);
    CHECK_EQ(convert("UTF-32BE", "KOI8-R", "\xc1", 1, out), 4);
    CHECK(memcmp(out, "\0\0\x04\x30", 4) == 0);
}

static void check_words(const char *text, int flags, int result, const char *joined)
{
    char all[256] = "";
    wordexp_t w;
    int r = wordexp(text, &w, flags);

    if (r != result) {
        check_fail(__FILE__, __LINE__, text, r, result, 0);
        return;
    }
    if (r != 0)
        return;
    for (size_t i = 0; i < w.we_wordc; i++) {
        strcat(all, "<");
        strcat(all, w.we_wordv[i]);
        strcat(all, ">");
    }
    wordfree(&w);
    if (strcmp(all, joined) != 0)
        check_fail(__FILE__, __LINE__, all, 0, 0, 0);
}

static void check_wordexp(void)
{
    setenv("W_A", "one two", 1);
    setenv("W_B", "", 1);
    unsetenv("W_C");
    setenv("HOME", "/users/me", 1);
    unsetenv("IFS");
    check_words("a 'b c' \"d e\" f\\ g", 0, 0, "<a><b c><d e><f g>");
    check_words("$W_A \"$W_A\" x${W_A}y", 0, 0, "<one><two><one two><xone><twoy>");
    check_words("${W_C:-def} ${W_B:-b} ${W_B-b} ${W_A:+set}", 0, 0, "<def><b><set>");
    check_words("\"\" ''", 0, 0, "<><>");
    check_words("~ ~/x a~", 0, 0, "</users/me></users/me/x><a~>");
    check_words("$((1 + 2 * 3)) $(( (8 - 1) / 2 ))", 0, 0, "<7><3>");
    check_words("${#W_A} ${W_A%t*} ${W_A#*' '}", 0, 0, "<7><one><two>");
    check_words("/no/such/place/*", 0, 0, "</no/such/place/*>");
    check_words("$W_C", WRDE_UNDEF, WRDE_BADVAL, "");
    check_words("a | b", 0, WRDE_BADCHAR, "");
    check_words("'a", 0, WRDE_SYNTAX, "");
    check_words("$(echo x)", WRDE_NOCMD, WRDE_CMDSUB, "");
}

static void check_money(void)
{
    char out[64];

    CHECK_EQ(strfmon(out, sizeof out, "[%n]", 1234.567), 9);
    CHECK(strcmp(out, "[1234.57]") == 0);
    CHECK_EQ(strfmon(out, sizeof out, "%-12n|", -5.0), 13);
    CHECK(strcmp(out, "-5.00       |") == 0);
    CHECK_EQ(strfmon(out, sizeof out, "%.0n %%", 99.5), 5);
    CHECK_EQ(strfmon(out, 4, "%n", 1234.5), -1);
}

static int close_to(double complex a, double complex b)
{
    return cabs(a - b) <= 1e-12 * (1 + cabs(b));
}

static void check_complex(void)
{
    double complex z = CMPLX(3, 4);
    float complex zf = 1.0f * I;

    CHECK(cabs(z) == 5);
    CHECK(close_to(csqrt(-1), I));
    CHECK(close_to(cexp(I * M_PI), -1));
    CHECK(close_to(cpow(z, 2), z * z));
    CHECK(close_to(clog(cexp(z / 10)), z / 10));
    CHECK(carg(-1.0) == M_PI);
    CHECK(isinf(creal(cproj(CMPLX(-INFINITY, 1)))) == 1);
    CHECK(sizeof sqrt(zf) == sizeof zf);
    CHECK(close_to(sqrt((double complex) - 4), 2 * I));
    CHECK(sizeof sqrt(2.0f) == sizeof(float));
}

static void check_wide(void)
{
    wchar_t *text = NULL;
    size_t size = 0;
    FILE *f = open_wmemstream(&text, &size);

    setlocale(LC_CTYPE, "C.UTF-8");
    CHECK(f != NULL);
    CHECK(fwprintf(f, L"%d %ls", 42, L"\x20ac") == 4);
    CHECK(fflush(f) == 0 && size == 4 && text[3] == 0x20ac && text[4] == 0);
    CHECK(fclose(f) == 0 && wcslen(text) == 4);
    free(text);
    locale_t c = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    CHECK(c != (locale_t)0);
    CHECK(iswalpha_l(0xe4, c) && !iswdigit_l('x', c) && towupper_l(0xe4, c) == 0xc4);
    CHECK(iswctype_l('a', wctype_l("alpha", c), c));
    CHECK(wcscasecmp_l(L"ABC", L"abd", c) < 0);
    freelocale(c);
}

#ifdef SIG2STR_MAX
static void check_signal_names(void)
{
    char name[SIG2STR_MAX];
    int sig;

    for (int i = 1; i < NSIG; i++) {
        if (sig2str(i, name) == 0)
            CHECK(str2sig(name, &sig) == 0 && sig == i);
        else
            CHECK(i > 31 && (i < SIGRTMIN || i > SIGRTMAX));
    }
    CHECK(str2sig("HUP", &sig) == 0 && sig == SIGHUP);
    CHECK(str2sig("RTMAX-1", &sig) == 0 && sig == SIGRTMAX - 1);
    CHECK(str2sig("9", &sig) == 0 && sig == SIGKILL);
    CHECK(str2sig("NONE", &sig) == -1 && str2sig("RTMIN+99", &sig) == -1);
    CHECK(sig2str(0, name) == -1 && sig2str(NSIG, name) == -1);
}
#else
/* the host's library has no such functions */
static void check_signal_names(void)
{
}
#endif

int main(void)
{
    check_iconv();
    check_wordexp();
    check_money();
    check_complex();
    check_wide();
    check_signal_names();
    return check_status();
}
