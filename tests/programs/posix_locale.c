/*
 * Locales: what a byte is in C and in UTF-8, what the environment chooses, categories by
 * themselves; wide streams and memory whatever the locale; and what <stdio_ext.h> and <mntent.h>
 * give.
 */
#define _GNU_SOURCE
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <mntent.h>
#include <regex.h>
#include <stdio_ext.h>
#include <wchar.h>
#include <wctype.h>
#include "posix_check.h"

/* In the C locale each byte is a character that comes back the same. The host's library is older
 * than that rule and says EILSEQ. */
static void check_bytes(void)
{
#ifndef __GLIBC__
    for (int c = 0x80; c <= UCHAR_MAX; c++) {
        char byte = (char)c, back[MB_LEN_MAX];
        mbstate_t state = {0};
        wchar_t wide = 0;
        CHECK_EQ(mbrtowc(&wide, &byte, 1, &state), 1);
        CHECK_EQ(wcrtomb(back, wide, &state), 1);
        CHECK(back[0] == byte && btowc(c) == (wint_t)wide && wctob((wint_t)wide) == c);
        CHECK(!iswalpha((wint_t)wide) && !iswprint((wint_t)wide));
    }
#endif
    CHECK_EQ(MB_CUR_MAX, 1);
    CHECK(strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") == 0);
    char text[MB_LEN_MAX];
    CHECK_ERRNO(wcrtomb(text, 0x20ac, NULL), EILSEQ);
    CHECK(btowc('a') == 'a' && wctob('a') == 'a');
}

static void check_utf8(void)
{
    mbstate_t state = {0};
    wchar_t wide = 0;

    CHECK_EQ(mbrtowc(&wide, "\xe2\x82\xac", 3, &state), 3);
    CHECK_EQ(wide, 0x20ac);
    CHECK_ERRNO(mbrtowc(&wide, "\xe9", 1, NULL) == (size_t)-2 ? mbrtowc(&wide, "x", 1, NULL) : 0,
                EILSEQ);
    CHECK(btowc(0xe9) == WEOF && wctob(0xe9) == EOF);
    CHECK(MB_CUR_MAX > 1);
    CHECK(strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
}

/* How many bytes the first match of a pattern takes; -1: none. */
static long match(const char *pattern, const char *text)
{
    regex_t re;
    regmatch_t m;
    long len = -1;

    if (regcomp(&re, pattern, REG_EXTENDED) != 0)
        return -2;
    if (regexec(&re, text, 1, &m, 0) == 0)
        len = m.rm_eo - m.rm_so;
    regfree(&re);
    return len;
}

static void check_names(void)
{
    CHECK(strcmp(setlocale(LC_ALL, NULL), "C") == 0);
    CHECK(setlocale(LC_ALL, "no_SUCH.charset") == NULL);
    CHECK(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
    CHECK(strcmp(setlocale(LC_CTYPE, NULL), "C.UTF-8") == 0);
    CHECK(strcmp(setlocale(LC_COLLATE, NULL), "C") == 0);
    char *all = strdup(setlocale(LC_ALL, NULL));
    CHECK(all != NULL && setlocale(LC_ALL, "C") != NULL);
    CHECK_EQ(MB_CUR_MAX, 1);
    CHECK(all != NULL && setlocale(LC_ALL, all) != NULL);
    CHECK(MB_CUR_MAX > 1);
    free(all);
    setenv("LC_ALL", "C", 1);
    setenv("LANG", "C.UTF-8", 1);
    CHECK(setlocale(LC_ALL, "") != NULL && MB_CUR_MAX == 1);
    unsetenv("LC_ALL");
    CHECK(setlocale(LC_ALL, "") != NULL && MB_CUR_MAX > 1);
}

/* A locale of one thread's. */
static void check_thread(void)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);

    CHECK(c != (locale_t)0 && MB_CUR_MAX > 1);
    locale_t old = uselocale(c);
    CHECK_EQ(MB_CUR_MAX, 1);
    CHECK_EQ(match("^.", "\xc3\xa9"), 1);
    CHECK_EQ(match("[\x80-\xff]+", "a\xc3\xa9z"), 2);
    uselocale(old);
    CHECK(MB_CUR_MAX > 1);
    CHECK_EQ(match("^.", "\xc3\xa9"), 2);
    freelocale(c);
}

/* Wide text in memory is not encoded, so it does not depend on the locale. */
static void check_wide(void)
{
    wchar_t out[16], *text = NULL;
    size_t size = 0;
    int n = 0;

    CHECK_EQ(swprintf(out, 16, L"<%ls|%d>", L"\x20ac\xe9", 5), 6);
    CHECK(wcscmp(out, L"<\x20ac\xe9|5>") == 0);
    CHECK_EQ(swscanf(L"\x20ac 42", L"\x20ac %d", &n), 1);
    CHECK_EQ(n, 42);
    FILE *f = open_wmemstream(&text, &size);
    CHECK(f != NULL && fputwc(0x20ac, f) == 0x20ac && fwprintf(f, L"%lc", (wint_t)0xe9) == 1);
    CHECK(fclose(f) == 0 && size == 2 && text[0] == 0x20ac && text[1] == 0xe9);
    free(text);
#ifndef __GLIBC__ /* there a stream says so only when it is written out */
    char *bytes = NULL;
    f = open_memstream(&bytes, &size);
    CHECK(f != NULL && fputwc(0x20ac, f) == WEOF && errno == EILSEQ && ferror(f));
    fclose(f);
    free(bytes);
#endif
}

static void check_stdio_ext(void)
{
    FILE *f = tmpfile();

    CHECK(f != NULL && __freadable(f) && __fwritable(f));
    CHECK(fputs("four", f) >= 0 && __fpending(f) == 4 && __fwriting(f));
    __fpurge(f);
    CHECK_EQ(__fpending(f), 0);
    CHECK(fputs("line\n", f) >= 0);
    rewind(f);
    CHECK_EQ(getc(f), 'l');
    CHECK(__freading(f));
#ifndef __GLIBC__
    size_t left = 0;
    const char *ahead = __freadptr(f, &left);
    CHECK(ahead != NULL && left == 4 && __freadahead(f) == 4 && memcmp(ahead, "ine\n", 4) == 0);
    __freadptrinc(f, 3);
    CHECK_EQ(getc(f), '\n');
    __fseterr(f);
    CHECK(ferror(f));
#endif
    fclose(f);
}

static void check_mntent(void)
{
    const struct mntent put = {"/dev/a b", "/mnt\t1", "ext2", "rw,size=5,nosuid", 1, 2};
    FILE *f = setmntent("/tmp/mntent_test", "w");

    CHECK(f != NULL && addmntent(f, &put) == 0);
    CHECK(fputs("# a comment\n\n  short\n", f) >= 0 && endmntent(f) == 1);
    f = setmntent("/tmp/mntent_test", "r");
    struct mntent *m = f ? getmntent(f) : NULL;
    CHECK(m != NULL);
    if (m) {
        CHECK(strcmp(m->mnt_fsname, put.mnt_fsname) == 0 && strcmp(m->mnt_dir, put.mnt_dir) == 0);
        CHECK(strcmp(m->mnt_type, "ext2") == 0 && m->mnt_freq == 1 && m->mnt_passno == 2);
        CHECK(hasmntopt(m, "size") == m->mnt_opts + 3 && hasmntopt(m, "suid") == NULL);
        CHECK(hasmntopt(m, "nosuid") != NULL && hasmntopt(m, "siz") == NULL);
    }
    m = f ? getmntent(f) : NULL;
    CHECK(m != NULL && strcmp(m->mnt_fsname, "short") == 0 && !*m->mnt_dir && !*m->mnt_opts);
    CHECK(f != NULL && getmntent(f) == NULL);
    if (f)
        endmntent(f);
    unlink("/tmp/mntent_test");
}

int main(void)
{
    check_bytes();
    check_wide();
    CHECK_EQ(match("^.", "\xc3\xa9"), 1);
    CHECK(setlocale(LC_ALL, "C.UTF-8") != NULL);
    check_utf8();
    CHECK(setlocale(LC_ALL, "C") != NULL);
    check_names();
    check_thread();
    check_stdio_ext();
    check_mntent();
    return check_status();
}
