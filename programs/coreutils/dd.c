/* dd: copies blocks, from and to any place, with conversions. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "Usage: dd [OPERAND]...\nCopy a file in blocks.\n"
    "  if=FILE of=FILE  from and to          bs=N ibs=N obs=N  sizes of blocks (512)\n"
    "  count=N          blocks at most       skip=N seek=N     blocks to pass over\n"
    "  conv=LIST        notrunc excl nocreat fsync sync noerror lcase ucase swab\n"
    "  iflag=fullblock  fill input blocks    oflag=append      status=none|noxfer\n";

static struct {
    const char *in, *out;
    uint64_t ibs, obs, count, skip, seek;
    bool one_size, full, append, quiet, no_rate;
    bool notrunc, excl, nocreat, fsync, sync, noerror, lower, upper, swab;
} opt = {.ibs = 512, .obs = 512, .count = UINT64_MAX};

static uint64_t in_full, in_part, out_full, out_part, written;
static char *pending; /* output that does not fill a block yet */
static size_t npending;

static const struct {
    const char *name;
    bool *flag;
} conversions[] = {{"notrunc", &opt.notrunc}, {"excl", &opt.excl},       {"nocreat", &opt.nocreat},
                   {"fsync", &opt.fsync},     {"fdatasync", &opt.fsync}, {"sync", &opt.sync},
                   {"noerror", &opt.noerror}, {"lcase", &opt.lower},     {"ucase", &opt.upper},
                   {"swab", &opt.swab}};

static void parse_conv(const char *list)
{
    char *copy = xstrdup(list), *rest = copy;
    for (char *word; (word = strsep(&rest, ","));) {
        size_t i = 0, n = sizeof conversions / sizeof conversions[0];
        while (i < n && strcmp(word, conversions[i].name) != 0)
            i++;
        if (i == n)
            die_usage(1, "invalid conversion: '%s'", word);
        else
            *conversions[i].flag = true;
    }
    free(copy);
    if (opt.lower && opt.upper)
        die(1, "cannot combine lcase and ucase");
}

static uint64_t number(const char *text, bool positive)
{
    uint64_t n;
    if (!size_parse(text, &n) || n > INT64_MAX || (positive && n == 0))
        die(1, "invalid number: '%s'", text);
    return n;
}

static void parse_operand(const char *word)
{
    const char *value = strchr(word, '=');
    if (!value)
        die_usage(1, "unrecognized operand '%s'", word);
    size_t len = (size_t)(value++ - word);
#define IS(name) (len == sizeof(name) - 1 && memcmp(word, name, len) == 0)
    if (IS("if"))
        opt.in = value;
    else if (IS("of"))
        opt.out = value;
    else if (IS("ibs"))
        opt.ibs = number(value, true);
    else if (IS("obs"))
        opt.obs = number(value, true);
    else if (IS("bs")) {
        opt.ibs = opt.obs = number(value, true);
        opt.one_size = true;
    } else if (IS("count"))
        opt.count = number(value, false);
    else if (IS("skip") || IS("iseek"))
        opt.skip = number(value, false);
    else if (IS("seek") || IS("oseek"))
        opt.seek = number(value, false);
    else if (IS("conv"))
        parse_conv(value);
    else if (IS("iflag") && strcmp(value, "fullblock") == 0)
        opt.full = true;
    else if (IS("oflag") && strcmp(value, "append") == 0)
        opt.append = true;
    else if (IS("status") && strcmp(value, "none") == 0)
        opt.quiet = true;
    else if (IS("status") && (strcmp(value, "noxfer") == 0 || strcmp(value, "progress") == 0))
        opt.no_rate = value[0] == 'n';
    else
        die_usage(1, "unrecognized operand '%s'", word);
#undef IS
}

static uint64_t product(uint64_t blocks, uint64_t size)
{
    uint64_t n;
    if (__builtin_mul_overflow(blocks, size, &n) || n > INT64_MAX)
        die(1, "offset too large");
    return n;
}

static void open_files(void)
{
    if (opt.in) {
        int fd = open(opt.in, O_RDONLY);
        if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
            die_errno(1, "failed to open '%s'", opt.in);
    }
    uint64_t at = product(opt.seek, opt.obs);
    if (opt.out) {
        int flags = (opt.nocreat ? 0 : O_CREAT) | (opt.excl ? O_EXCL : 0) |
                    (opt.append ? O_APPEND : 0) | (opt.notrunc || at ? 0 : O_TRUNC);
        int fd = open(opt.out, (at ? O_RDWR : O_WRONLY) | flags, 0666);
        if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
            die_errno(1, "failed to open '%s'", opt.out);
        if (at && !opt.notrunc && ftruncate(STDOUT_FILENO, (off_t)at) < 0)
            die_errno(1, "failed to truncate '%s'", opt.out);
    }
    if (at && lseek(STDOUT_FILENO, (off_t)at, SEEK_CUR) < 0)
        die_errno(1, "cannot seek");
}

static ssize_t read_block(char *block)
{
    size_t len = 0;
    ssize_t n;
    do {
        n = read_some(STDIN_FILENO, block + len, opt.ibs - len);
        len += n > 0 ? (size_t)n : 0;
    } while (opt.full && n > 0 && len < opt.ibs);
    return n < 0 ? n : (ssize_t)len;
}

/* Past the blocks of skip=, by reading where the input has no positions. */
static bool pass_over(char *block)
{
    uint64_t bytes = product(opt.skip, opt.ibs);
    struct stat st;
    if (bytes == 0)
        return true;
    if (fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode)) {
        off_t here = lseek(STDIN_FILENO, 0, SEEK_CUR);
        if (here >= 0 && (uint64_t)st.st_size < (uint64_t)here + bytes)
            warn_text("'%s': cannot skip to specified offset", opt.in ? opt.in : "standard input");
        return lseek(STDIN_FILENO, (off_t)bytes, SEEK_CUR) >= 0;
    }
    for (uint64_t i = 0; i < opt.skip; i++) {
        if (read_block(block) <= 0)
            break;
    }
    return true;
}

static void convert(char *block, size_t len)
{
    for (size_t i = 0; (opt.lower || opt.upper) && i < len; i++)
        block[i] =
            (char)(opt.lower ? tolower((unsigned char)block[i]) : toupper((unsigned char)block[i]));
}

static char held;
static bool holding;

/* Swaps pairs, which go on from one block to the next as GNU has it: an odd byte is held back. The
 * new length; block has room for one byte more. */
static size_t swap_pairs(char *block, size_t len)
{
    if (holding) {
        memmove(block + 1, block, len);
        block[0] = held;
        len++;
    }
    holding = len % 2;
    if (holding && len > 0)
        held = block[--len];
    for (size_t i = 0; i < len; i += 2) {
        char c = block[i];
        block[i] = block[i + 1];
        block[i + 1] = c;
    }
    return len;
}

static bool put_block(const char *data, size_t len)
{
    if (write_all(STDOUT_FILENO, data, len) < 0) {
        warn_errno("writing to '%s'", opt.out ? opt.out : "standard output");
        return false;
    }
    written += len;
    *(len == opt.obs ? &out_full : &out_part) += 1;
    return true;
}

/* With one block size each block goes out as it came; otherwise output is made of full blocks. */
static bool put(const char *data, size_t len)
{
    if (opt.one_size)
        return put_block(data, len);
    while (len > 0) {
        size_t n = opt.obs - npending < len ? opt.obs - npending : len;
        memcpy(pending + npending, data, n);
        npending += n;
        data += n;
        len -= n;
        if (npending == opt.obs) {
            if (!put_block(pending, npending))
                return false;
            npending = 0;
        }
    }
    return true;
}

static bool copy_blocks(char *block)
{
    bool ok = true;
    while (in_full + in_part < opt.count) {
        ssize_t n = read_block(block);
        if (n == 0)
            break;
        if (n < 0) {
            warn_errno("error reading '%s'", opt.in ? opt.in : "standard input");
            ok = false;
            if (!opt.noerror || lseek(STDIN_FILENO, (off_t)opt.ibs, SEEK_CUR) < 0)
                break;
            n = 0;
        }
        size_t len = (size_t)n;
        *(len == opt.ibs ? &in_full : &in_part) += 1;
        if (opt.sync && len < opt.ibs) {
            memset(block + len, 0, opt.ibs - len);
            len = opt.ibs;
        }
        convert(block, len);
        if (opt.swab)
            len = swap_pairs(block, len);
        if (!put(block, len))
            return false;
    }
    if (holding && !put(&held, 1))
        return false;
    return (npending == 0 || put_block(pending, npending)) && ok;
}

static void report(const struct timespec *start)
{
    struct timespec end;
    char size[SIZE_TEXT_MAX], rate[SIZE_TEXT_MAX];
    if (opt.quiet)
        return;
    fprintf(stderr, "%llu+%llu records in\n%llu+%llu records out\n", (unsigned long long)in_full,
            (unsigned long long)in_part, (unsigned long long)out_full,
            (unsigned long long)out_part);
    if (opt.no_rate)
        return;
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds =
        (double)(end.tv_sec - start->tv_sec) + (double)(end.tv_nsec - start->tv_nsec) / 1e9;
    size_human(written, 1000, size);
    size_human((uint64_t)((double)written / (seconds > 0 ? seconds : 1e-9)), 1000, rate);
    fprintf(stderr, "%llu bytes (%sB) copied, %.6g s, %sB/s\n", (unsigned long long)written, size,
            seconds, rate);
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "", .usage = usage};
    struct timespec start;
    prog_start(argv);
    opt_next(&o);
    for (int i = 0; i < opt_count(&o); i++)
        parse_operand(opt_operands(&o)[i]);
    open_files();
    char *block = xmalloc(opt.ibs + 1);
    pending = opt.one_size ? NULL : xmalloc(opt.obs);
    clock_gettime(CLOCK_MONOTONIC, &start);
    bool ok = true;
    if (!pass_over(block)) {
        warn_errno("cannot skip");
        ok = false;
    }
    ok = ok && copy_blocks(block);
    if (ok && opt.fsync && fsync(STDOUT_FILENO) < 0) {
        warn_errno("fsync failed for '%s'", opt.out ? opt.out : "standard output");
        ok = false;
    }
    report(&start);
    free(block);
    free(pending);
    return ok ? 0 : 1;
}
