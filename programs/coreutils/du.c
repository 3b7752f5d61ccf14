/* du: how much files and trees take. */
#include "common/error.h"
#include "common/globs.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"
#include "common/tree.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char usage[] =
    "Usage: du [OPTION]... [FILE]...\nPrint how much space each FILE and tree takes.\n"
    "  -a  files, too    -b  bytes of the contents    -c  a total    -d N  N levels deep\n"
    "  -h  sizes like 1.5K    -k  in 1024 bytes    -m  in 1048576 bytes    -L  follow links\n"
    "  -s  only operands    -x  stay on one file system    --apparent-size\n"
    "  -l  links count each time    -P  no links followed    -0  NUL ends lines    "
    "--exclude=GLOB\n";

static struct {
    bool all, apparent, total, human, one_system, links, failed;
    char end; /* of a line */
    struct globs exclude;
    uint64_t unit;
    int depth;
} opt = {.end = '\n', .unit = 1024, .depth = 1 << 30};

/* Bytes found so far, per level of the walk. */
static uint64_t *sums;
static size_t sums_cap;
static dev_t device;

/* Files with several links count once. */
static struct seen {
    dev_t dev;
    ino_t ino;
} * seen;
static size_t seen_count;
static size_t seen_cap;

static bool counted(const struct stat *st)
{
    if (opt.links || st->st_nlink < 2 || S_ISDIR(st->st_mode))
        return false;
    for (size_t i = 0; i < seen_count; i++) {
        if (seen[i].dev == st->st_dev && seen[i].ino == st->st_ino)
            return true;
    }
    seen = xgrow(seen, &seen_cap, seen_count + 1, sizeof *seen);
    seen[seen_count++] = (struct seen){st->st_dev, st->st_ino};
    return false;
}

static void print(uint64_t bytes, const char *path)
{
    char text[SIZE_TEXT_MAX];
    if (opt.human)
        size_human(bytes, 1024, text);
    else
        snprintf(text, sizeof text, "%llu",
                 (unsigned long long)((bytes + opt.unit - 1) / opt.unit));
    printf("%s\t%s%c", text, path, opt.end);
}

static uint64_t size_of(const struct stat *st)
{
    if (!opt.apparent)
        return (uint64_t)st->st_blocks * 512;
    return S_ISREG(st->st_mode) || S_ISLNK(st->st_mode) || S_ISDIR(st->st_mode)
               ? (uint64_t)st->st_size
               : 0;
}

static bool visit(struct tree *t, enum tree_event event, const char *path, const struct stat *st,
                  int level)
{
    (void)t;
    sums = xgrow(sums, &sums_cap, (size_t)level + 2, sizeof *sums);
    if ((event == TREE_FILE || event == TREE_DIR) && globs_match(&opt.exclude, path))
        return false;
    switch (event) {
    case TREE_ERROR:
        warn_errno(st ? "cannot read directory '%s'" : "cannot access '%s'", path);
        opt.failed = true;
        return false;
    case TREE_FILE: {
        if (level == 0)
            sums[0] = 0;
        if (counted(st))
            return true;
        uint64_t bytes = size_of(st);
        sums[level] += bytes;
        if ((opt.all && level <= opt.depth) || level == 0)
            print(bytes, path);
        return true;
    }
    case TREE_DIR:
        if (level == 0) {
            device = st->st_dev;
            sums[0] = 0;
        }
        if (opt.one_system && st->st_dev != device)
            return false;
        sums[level + 1] = size_of(st);
        return true;
    case TREE_DIR_AFTER:
        sums[level] += sums[level + 1];
        if (level <= opt.depth)
            print(sums[level + 1], path);
        return true;
    }
    return true;
}

int main(int argc, char **argv)
{
    enum { APPARENT = 256, EXCLUDE };
    static const struct opt_long longs[] = {{"all", OPT_NONE, 'a'},
                                            {"bytes", OPT_NONE, 'b'},
                                            {"total", OPT_NONE, 'c'},
                                            {"max-depth", OPT_REQUIRED, 'd'},
                                            {"human-readable", OPT_NONE, 'h'},
                                            {"dereference", OPT_NONE, 'L'},
                                            {"summarize", OPT_NONE, 's'},
                                            {"one-file-system", OPT_NONE, 'x'},
                                            {"apparent-size", OPT_NONE, APPARENT},
                                            {"exclude", OPT_REQUIRED, EXCLUDE},
                                            {"count-links", OPT_NONE, 'l'},
                                            {"null", OPT_NONE, '0'},
                                            {"no-dereference", OPT_NONE, 'P'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "0abcd:hklmLPsxDH", .longs = longs, .usage = usage};
    struct tree t = {.visit = visit};
    uint64_t depth;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        opt.all |= c == 'a';
        opt.apparent |= c == 'b' || c == APPARENT;
        opt.total |= c == 'c';
        opt.human |= c == 'h';
        opt.one_system |= c == 'x';
        opt.links |= c == 'l';
        t.follow = c == 'L' || (t.follow && c != 'P');
        t.follow_operands |= c == 'D' || c == 'H';
        if (c == 'b')
            opt.unit = 1;
        if (c == 'm')
            opt.unit = 1048576;
        if (c == 's')
            opt.depth = 0;
        if (c == '0')
            opt.end = '\0';
        if (c == EXCLUDE)
            globs_add(&opt.exclude, o.arg);
        if (c == 'd') {
            if (!number_parse(o.arg, &depth) || depth > 1 << 30)
                die_usage(1, "invalid maximum depth '%s'", o.arg);
            opt.depth = (int)depth;
        }
    }
    static char *here[] = {"."};
    int count = opt_count(&o);
    char **names = count ? opt_operands(&o) : here;
    uint64_t total = 0;
    for (int i = 0; i < (count ? count : 1); i++) {
        sums = xgrow(sums, &sums_cap, 2, sizeof *sums);
        sums[0] = 0;
        tree_walk(&t, names[i]);
        total += sums[0];
    }
    if (opt.total)
        print(total, "total");
    return finish(opt.failed ? 1 : 0);
}
