/* The program that md5sum and its relatives are: prints digests of files, or checks them. */
#include "digest.h"

#include "error.h"
#include "io.h"
#include "options.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: md5sum [OPTION]... [FILE]...   (also sha1sum, sha256sum, sha512sum)\n"
    "Print the digest of each FILE.\n"
    "  -b, -t  accepted    -c  check what FILEs list    --tag  as BSD writes it\n"
    "  -z  NUL ends lines    -q, --quiet  with -c: no lines for what is right\n"
    "  -s, --status  with -c: only the status\n";

static struct {
    bool binary, check, tag, quiet, silent;
    char end;
} opt = {.end = '\n'};

static void hex(const unsigned char *digest, size_t size, char *out)
{
    for (size_t i = 0; i < size; i++)
        snprintf(out + i * 2, 3, "%02x", digest[i]);
}

/* The digest of a file in hexadecimal; false with a complaint. */
static bool digest_file(const struct digest_kind *kind, const char *name,
                        char out[DIGEST_MAX * 2 + 1])
{
    static unsigned char block[IO_BLOCK];
    unsigned char digest[DIGEST_MAX];
    struct digest d;
    int fd = open_operand(name);
    if (fd < 0)
        return false;
    digest_start(&d, kind);
    ssize_t n;
    while ((n = read_some(fd, block, sizeof block)) > 0)
        digest_add(&d, block, (size_t)n);
    if (n < 0)
        warn_errno("%s", name);
    close_operand(fd);
    digest_end(&d, digest);
    hex(digest, kind->size, out);
    return n == 0;
}

static bool print(const struct digest_kind *kind, const char *name)
{
    char text[DIGEST_MAX * 2 + 1];
    if (!digest_file(kind, name, text))
        return false;
    if (opt.tag)
        printf("%s (%s) = %s%c", kind->name, name, text, opt.end);
    else
        printf("%s %c%s%c", text, opt.binary ? '*' : ' ', name, opt.end);
    return true;
}

/* Splits "DIGEST  NAME"; null when the line is none. */
static char *split_line(const struct digest_kind *kind, char *line)
{
    size_t n = strspn(line, "0123456789abcdefABCDEF");
    if (n != kind->size * 2 || line[n] != ' ' || (line[n + 1] != ' ' && line[n + 1] != '*'))
        return NULL;
    line[n] = '\0';
    for (char *p = line; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return line + n + 2;
}

static bool check(const struct digest_kind *kind, const char *list)
{
    FILE *f = fopen_operand(list);
    struct bytes line = {0};
    unsigned long failed = 0;
    unsigned long missing = 0;
    unsigned long good = 0;
    unsigned long wrong = 0;
    if (!f)
        return false;
    while (read_record(f, &line, '\n')) {
        char text[DIGEST_MAX * 2 + 1];
        if (line.data[line.len - 1] == '\n')
            line.len--;
        bytes_put(&line, '\0');
        char *name = split_line(kind, line.data);
        if (!name) {
            wrong++;
        } else if (!digest_file(kind, name, text)) {
            missing++;
            if (!opt.silent)
                printf("%s: FAILED open or read\n", name);
        } else if (strcmp(text, line.data) != 0) {
            failed++;
            if (!opt.silent)
                printf("%s: FAILED\n", name);
        } else {
            good++;
            if (!opt.quiet && !opt.silent)
                printf("%s: OK\n", name);
        }
    }
    fclose_operand(f);
    free(line.data);
    if (good + failed + missing == 0) {
        warn_text("%s: no properly formatted checksum lines found", list);
        return false;
    }
    if (wrong && !opt.silent)
        warn_text("WARNING: %lu line%s improperly formatted", wrong, wrong == 1 ? " is" : "s are");
    if (missing && !opt.silent)
        warn_text("WARNING: %lu listed file%s could not be read", missing, missing == 1 ? "" : "s");
    if (failed && !opt.silent)
        warn_text("WARNING: %lu computed checksum%s did NOT match", failed, failed == 1 ? "" : "s");
    return failed == 0 && missing == 0;
}

int digest_main(const struct digest_kind *kind, int argc, char **argv)
{
    static const struct opt_long longs[] = {{"binary", OPT_NONE, 'b'}, {"check", OPT_NONE, 'c'},
                                            {"text", OPT_NONE, 't'},   {"tag", OPT_NONE, 256},
                                            {"zero", OPT_NONE, 'z'},   {"quiet", OPT_NONE, 'q'},
                                            {"status", OPT_NONE, 's'}, {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "bctzqs", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        opt.binary |= c == 'b';
        opt.check |= c == 'c';
        opt.tag |= c == 256;
        opt.quiet |= c == 'q';
        opt.silent |= c == 's';
        if (c == 'z')
            opt.end = '\0';
    }
    int count = opt_count(&o);
    bool ok = true;
    for (int i = 0; i < (count ? count : 1); i++) {
        const char *name = count ? opt_operands(&o)[i] : "-";
        ok &= opt.check ? check(kind, name) : print(kind, name);
    }
    return finish(ok ? 0 : 1);
}
