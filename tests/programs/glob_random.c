/*
 * glob and fnmatch's use of it over a random tree, in a form that two systems can be compared by.
 *
 *     glob_random SEED COUNT
 *
 * Makes the tree that the seed stands for in a new directory, looks for COUNT random patterns in
 * it, prints each with what came of it, and removes the tree.
 */
#define _GNU_SOURCE
#include "tests/random.h"

#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES 60
#define DEPTH_MAX 4

static uint64_t state;

static unsigned below(unsigned n)
{
    return random_below(&state, n);
}

/* Without periods within a name: glibc sees leading ones there ("c." is not found by "*?[!a]"). */
static const char *const name_pieces[] = {"a", "b", "c", "A", "-", "é", "[", "]", "*", "ab"};
static const char *const pattern_pieces[] = {
    "a",           "b",  "c",   "*",  "*",  "?", "[ab]", "[!a]",        "[a-c]", "/",
    "/",           "//", ".",   "..", "./", "é", "[é]",  "[[:upper:]]", "\\*",   "\\[",
    "[[:alpha:]]", "ab", "\\a", "]",  "-",  "A", "*/",   ".*",          "[*]",   "?*",
};

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* In the C locale, where bytes are characters. In the other there is nothing but ASCII: glibc tries
 * again with bytes what has not matched as characters. */
static bool bytes;

/* At most n pieces. */
static void compose(char *out, const char *const *pieces, unsigned count, unsigned n)
{
    *out = 0;
    for (n = 1 + below(n); n > 0; n--) {
        const char *piece = pieces[below(count)];
        if (bytes || !strstr(piece, "é"))
            out = stpcpy(out, piece);
    }
}

static unsigned made_dirs;
static char dirs[NAMES + 1][128] = {"."};

static void make_entry(void)
{
    /* to a file, a directory, nothing, or itself */
    static const char *const targets[] = {"a", "b", "..", ".", "none", "ab"};
    char name[64], path[128];
    const char *dir = dirs[below(made_dirs + 1)];
    int fd;

    name[0] = '.';
    compose(name + 1, name_pieces, COUNT_OF(name_pieces), 3);
    if (!name[1])
        strcpy(name, ".x");
    snprintf(path, sizeof path, "%s/%s", dir, name + (below(4) != 0));
    unsigned depth = 0;
    for (const char *p = path; *p; p++)
        depth += *p == '/';
    switch (below(6)) {
    case 0:
    case 1:
        if (depth < DEPTH_MAX && mkdir(path, 0755) == 0)
            strcpy(dirs[++made_dirs], path);
        break;
    case 2:
        if (symlink(targets[below(COUNT_OF(targets))], path) == 0)
            break;
        /* fall through */
    default:
        fd = open(path, O_CREAT | O_WRONLY, 0644);
        if (fd >= 0)
            close(fd);
    }
}

/* Slashes that follow each other as one: glibc does not keep the pattern's at the end. */
static void print_path(const char *p)
{
    printf(" \"");
    for (; *p; p++)
        if (*p != '/' || p[1] != '/')
            putchar(*p);
    putchar('"');
}

static void print_result(int r, const glob_t *g)
{
    printf(" = %d", r);
    for (size_t i = 0; (r == 0 || r == GLOB_NOMATCH) && i < g->gl_pathc; i++)
        print_path(g->gl_pathv[g->gl_offs + i]);
    putchar('\n');
}

/*
 * What need not be the same: the system's own names; whether a pattern finds "." and ".."; and what
 * becomes of a slash at the end, which glibc takes away with GLOB_NOCHECK and does not see behind a
 * plain name. GLOB_ERR is left out because glibc also gives up at directories that are not there.
 */
static bool is_left_out(const char *pattern, int flags)
{
    bool magic = true, slash = false;

    if (pattern[0] == '/' || !*pattern)
        return true;
    for (const char *p = pattern; *p;) {
        size_t n = strcspn(p, "/"), skip = *p == '\\';
        magic = strcspn(p, "*?[") < n;
        if (p[skip] == '.' && magic)
            return true;
        p += n;
        slash = *p == '/';
        p += strspn(p, "/");
    }
    return slash && (!magic || (flags & GLOB_NOCHECK));
}

static void look(void)
{
    static const int flags[] = {GLOB_MARK, GLOB_NOCHECK, GLOB_NOESCAPE};
    char pattern[256];
    int f = 0;
    glob_t g = {0};

    for (unsigned i = 0; i < COUNT_OF(flags); i++)
        f |= below(3) == 0 ? flags[i] : 0;
    compose(pattern, pattern_pieces, COUNT_OF(pattern_pieces), 6);
    if (is_left_out(pattern, f))
        return;
    if (below(4) == 0) {
        f |= GLOB_DOOFFS;
        g.gl_offs = below(4);
    }
    int r = glob(pattern, f, NULL, &g);
    printf("%s flags %s%s%s%s", pattern, f & GLOB_MARK ? "M" : "", f & GLOB_NOCHECK ? "C" : "",
           f & GLOB_NOESCAPE ? "E" : "", f & GLOB_DOOFFS ? "O" : "");
    print_result(r, &g);
    if (r == 0 && below(3) == 0) {
        compose(pattern, pattern_pieces, COUNT_OF(pattern_pieces), 4);
        if (!is_left_out(pattern, f)) {
            r = glob(pattern, f | GLOB_APPEND, NULL, &g);
            printf("and %s", pattern);
            print_result(r, &g);
        }
    }
    globfree(&g);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st, (void)type;
    return where->level == 0 ? 0 : remove(path);
}

int main(int argc, char **argv)
{
    char top[] = "/tmp/glob-XXXXXX";

    if (argc != 3 || !mkdtemp(top) || chdir(top) < 0 || mkdir("t", 0755) < 0 || chdir("t") < 0)
        return 2;
    state = strtoull(argv[1], NULL, 0);
    bytes = state % 2;
    setlocale(LC_ALL, bytes ? "C" : "C.UTF-8");
    for (unsigned i = 0; i < NAMES; i++)
        make_entry();
    for (long n = strtol(argv[2], NULL, 0); n > 0; n--)
        look();
    nftw(".", remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return chdir("..") < 0 || rmdir("t") < 0 || rmdir(top) < 0 ? 3 : 0;
}
