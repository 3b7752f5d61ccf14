/* The program that md5sum and its relatives are: prints digests of files, or checks them. */
#include "digest.h"

#include "digest_list.h"
#include "error.h"
#include "io.h"
#include "options.h"
#include "size.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: md5sum [OPTION]... [FILE]...\n"
    "   (also sha1sum, sha224sum, sha256sum, sha384sum, sha512sum, b2sum, b3sum)\n"
    "Print the digest of each FILE.\n"
    "  -b, -t  accepted    -c  check what FILEs list    --tag  as BSD writes it\n"
    "  -l N  b2sum: N bits; b3sum: N bytes    -z  NUL ends lines    --no-names  b3sum: without\n"
    "With -c:\n"
    "  --ignore-missing  pass over files that are not there    --quiet  no lines for what is "
    "right\n"
    "  --status  only the status    --strict  fail for bad lines    -w  tell each of them\n";

enum { TAG = 256, QUIET, STATUS, STRICT, IGNORE_MISSING, NO_NAMES };

static struct {
    bool binary, text, check, tag, no_names;
    bool quiet, silent, strict, warn, ignore_missing;
    const char *only_checking; /* the last option that means something with -c only */
    size_t size;               /* bytes of the digest; 0: the usual */
    char end;
} opt = {.end = '\n'};

static void hex(const unsigned char *digest, size_t size, char *out)
{
    for (size_t i = 0; i < size; i++)
        snprintf(out + i * 2, 3, "%02x", digest[i]);
}

/* The digest of a file in hexadecimal; false with a complaint, or without when it may be missing.
 */
static bool digest_file(const struct digest_kind *kind, size_t size, const char *name,
                        bool may_miss, char out[DIGEST_MAX * 2 + 1])
{
    static unsigned char block[IO_BLOCK];
    unsigned char digest[DIGEST_MAX];
    struct digest d;
    int fd = may_miss ? open_quietly(name) : open_operand(name);
    if (fd < 0) {
        if (may_miss && errno != ENOENT)
            warn_errno("%s", name);
        return false;
    }
    digest_start(&d, kind, size);
    ssize_t n;
    while ((n = read_some(fd, block, sizeof block)) > 0)
        digest_add(&d, block, (size_t)n);
    if (n < 0)
        warn_errno("%s", name);
    close_operand(fd);
    digest_end(&d, digest);
    hex(digest, d.size, out);
    return n == 0;
}

static bool print(const struct digest_kind *kind, const char *name)
{
    char text[DIGEST_MAX * 2 + 1];
    bool escaped = false;
    if (!digest_file(kind, opt.size, name, false, text))
        return false;
    char *shown = opt.end ? digest_name_escape(name, &escaped) : xstrdup(name);
    if (escaped && !opt.no_names)
        putchar('\\');
    if (opt.no_names)
        printf("%s%c", text, opt.end);
    else if (opt.tag && opt.size && opt.size != kind->size)
        printf("%s-%zu (%s) = %s%c", kind->name, opt.size * 8, shown, text, opt.end);
    else if (opt.tag)
        printf("%s (%s) = %s%c", kind->name, shown, text, opt.end);
    else
        printf("%s %c%s%c", text, opt.binary ? '*' : ' ', shown, opt.end);
    free(shown);
    return true;
}

struct tally {
    unsigned long good, failed, missing, wrong;
};

static void check_line(const struct digest_kind *kind, const struct digest_line *line,
                       struct tally *tally)
{
    char text[DIGEST_MAX * 2 + 1];
    errno = 0;
    if (!digest_file(kind, line->size, line->name, opt.ignore_missing, text)) {
        if (opt.ignore_missing && errno == ENOENT)
            return;
        tally->missing++;
        if (!opt.silent)
            printf("%s: FAILED open or read\n", line->name);
    } else if (strcmp(text, line->hex) != 0) {
        tally->failed++;
        if (!opt.silent)
            printf("%s: FAILED\n", line->name);
    } else {
        tally->good++;
        if (!opt.quiet && !opt.silent)
            printf("%s: OK\n", line->name);
    }
}

/* What is told at the end of a list; true when all was well. */
static bool conclude(const char *list, const struct tally *t)
{
    if (t->good + t->failed + t->missing == 0 && !opt.ignore_missing) {
        warn_text("%s: no properly formatted checksum lines found", list);
        return false;
    }
    if (t->wrong && !opt.silent)
        warn_text("WARNING: %lu line%s improperly formatted", t->wrong,
                  t->wrong == 1 ? " is" : "s are");
    if (t->missing && !opt.silent)
        warn_text("WARNING: %lu listed file%s could not be read", t->missing,
                  t->missing == 1 ? "" : "s");
    if (t->failed && !opt.silent)
        warn_text("WARNING: %lu computed checksum%s did NOT match", t->failed,
                  t->failed == 1 ? "" : "s");
    if (opt.ignore_missing && t->good == 0) {
        if (!opt.silent)
            warn_text("%s: no file was verified", list);
        return false;
    }
    return t->failed == 0 && t->missing == 0 && !(opt.strict && t->wrong);
}

static bool check(const struct digest_kind *kind, const char *list)
{
    FILE *f = fopen_operand(list);
    struct bytes text = {0};
    struct tally tally = {0};
    if (!f)
        return false;
    for (unsigned long number = 1; read_record(f, &text, '\n'); number++) {
        struct digest_line line;
        while (text.len > 0 && strchr("\r\n", text.data[text.len - 1]))
            text.len--;
        bytes_put(&text, '\0');
        if (text.data[0] == '#')
            continue;
        if (digest_line_read(kind, text.data, &line)) {
            check_line(kind, &line, &tally);
            continue;
        }
        tally.wrong++;
        if (opt.warn)
            warn_text("%s: %lu: improperly formatted %s checksum line", list, number, kind->name);
    }
    bool read = !ferror(f);
    if (!read)
        warn_errno("%s: read error", list);
    fclose_operand(f);
    free(text.data);
    return conclude(list, &tally) && read;
}

/* -l: bits of BLAKE2b as GNU's b2sum has it, bytes of BLAKE3 as its authors' b3sum has it. */
static void take_length(const struct digest_kind *kind, const char *text)
{
    uint64_t n;
    unsigned unit = kind == &digest_blake2b ? 8 : 1;
    if (!number_parse(text, &n))
        die(1, "invalid length: '%s'", text);
    if (kind->longest == 0)
        die_usage(1, "the length of this digest cannot be chosen");
    if (n % unit || n / unit > kind->longest)
        die(1, "invalid length: '%s': at most %zu%s", text, kind->longest * unit,
            unit == 8 ? ", a multiple of 8" : "");
    opt.size = (size_t)n / unit;
}

static void take_option(const struct digest_kind *kind, int c, const char *arg)
{
    static const struct {
        int value;
        const char *name;
        bool *flag;
    } checking[] = {{QUIET, "quiet", &opt.quiet},
                    {STATUS, "status", &opt.silent},
                    {STRICT, "strict", &opt.strict},
                    {'w', "warn", &opt.warn},
                    {IGNORE_MISSING, "ignore-missing", &opt.ignore_missing}};
    opt.binary |= c == 'b';
    opt.text |= c == 't';
    opt.check |= c == 'c';
    opt.tag |= c == TAG;
    opt.no_names |= c == NO_NAMES;
    if (c == 'z')
        opt.end = '\0';
    if (c == 'l')
        take_length(kind, arg);
    for (size_t i = 0; i < sizeof checking / sizeof *checking; i++) {
        if (c != checking[i].value)
            continue;
        *checking[i].flag = true;
        opt.only_checking = checking[i].name;
    }
}

int digest_main(const struct digest_kind *kind, int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"binary", OPT_NONE, 'b'},
        {"check", OPT_NONE, 'c'},
        {"ignore-missing", OPT_NONE, IGNORE_MISSING},
        {"no-names", OPT_NONE, NO_NAMES},
        {"quiet", OPT_NONE, QUIET},
        {"status", OPT_NONE, STATUS},
        {"strict", OPT_NONE, STRICT},
        {"tag", OPT_NONE, TAG},
        {"text", OPT_NONE, 't'},
        {"warn", OPT_NONE, 'w'},
        {"zero", OPT_NONE, 'z'},
        {"length", OPT_REQUIRED, 'l'},
        {NULL, OPT_NONE, 0},
    };
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = kind->longest ? "bctwzl:" : "bctwz",
                     .longs = longs,
                     .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        take_option(kind, c, o.arg);
    if (opt.tag && opt.text)
        die_usage(1, "--tag does not support --text mode");
    if (opt.check && opt.tag)
        die_usage(1, "the --tag option is meaningless when verifying checksums");
    if (opt.check && opt.end == '\0')
        die_usage(1, "the --zero option is not supported when verifying checksums");
    if (!opt.check && opt.only_checking)
        die_usage(1, "the --%s option is meaningful only when verifying checksums",
                  opt.only_checking);
    int count = opt_count(&o);
    bool ok = true;
    for (int i = 0; i < (count ? count : 1); i++) {
        const char *name = count ? opt_operands(&o)[i] : "-";
        ok &= opt.check ? check(kind, name) : print(kind, name);
    }
    return finish(ok ? 0 : 1);
}
