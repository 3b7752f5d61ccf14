/* truncate: sets the sizes of files. */
#include "common/error.h"
#include "common/options.h"
#include "common/size.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "Usage: truncate [-c] (-s SIZE | -r FILE) FILE...\nMake each FILE that long.\n"
    "  -c  do not create    -r FILE  as long as FILE\n"
    "  -s [+-<>/%]N[KMG]    N, or by N more, less, at most, at least, down or up to a multiple\n";

static bool no_create;
static char how;
static uint64_t amount;
static bool have_size;

static void parse_size(const char *text)
{
    const char *p = text;
    if (*p && strchr("+-<>/%", *p))
        how = *p++;
    if (!size_parse(p, &amount) || amount > INT64_MAX)
        die(1, "Invalid number: '%s'", text);
    if ((how == '/' || how == '%') && amount == 0)
        die(1, "division by zero");
    have_size = true;
}

static bool new_size(uint64_t old, uint64_t base, uint64_t *out)
{
    *out = amount;
    if (how == '+')
        return !__builtin_add_overflow(base, amount, out) && *out <= INT64_MAX;
    if (how == '-')
        *out = base > amount ? base - amount : 0;
    else if (how == '<')
        *out = old < amount ? old : amount;
    else if (how == '>')
        *out = old > amount ? old : amount;
    else if (how == '/')
        *out = base / amount * amount;
    else if (how == '%')
        return !__builtin_mul_overflow((base + amount - 1) / amount, amount, out);
    return true;
}

static bool set_size(const char *name, const char *reference, uint64_t reference_size)
{
    struct stat st;
    uint64_t size;
    int fd = open(name, O_WRONLY | O_CLOEXEC | (no_create ? 0 : O_CREAT), 0666);
    if (fd < 0) {
        if (no_create && errno == ENOENT)
            return true;
        warn_errno("cannot open '%s' for writing", name);
        return false;
    }
    bool ok = fstat(fd, &st) == 0;
    if (ok && reference && !have_size) {
        size = reference_size;
    } else if (ok && !new_size((uint64_t)st.st_size,
                               reference ? reference_size : (uint64_t)st.st_size, &size)) {
        errno = EFBIG;
        ok = false;
    }
    ok = ok && ftruncate(fd, (off_t)size) == 0;
    if (!ok)
        warn_errno("failed to truncate '%s'", name);
    close(fd);
    return ok;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"no-create", OPT_NONE, 'c'},
                                            {"reference", OPT_REQUIRED, 'r'},
                                            {"size", OPT_REQUIRED, 's'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "cr:s:", .longs = longs, .usage = usage};
    const char *reference = NULL;
    struct stat st = {0};
    bool ok = true;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'c')
            no_create = true;
        else if (c == 'r')
            reference = o.arg;
        else
            parse_size(o.arg);
    }
    if (!reference && !have_size)
        die_usage(1, "you must specify either '--size' or '--reference'");
    if (reference && have_size && !how)
        die_usage(1, "you must specify a relative '--size' with '--reference'");
    if (opt_count(&o) == 0)
        die_usage(1, "missing file operand");
    if (reference && stat(reference, &st) < 0)
        die_errno(1, "cannot stat '%s'", reference);
    for (int i = 0; i < opt_count(&o); i++)
        ok &= set_size(opt_operands(&o)[i], reference, (uint64_t)st.st_size);
    return ok ? 0 : 1;
}
