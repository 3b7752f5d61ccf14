/* chmod: changes permissions. */
#include "common/error.h"
#include "common/mode.h"
#include "common/options.h"
#include "common/tree.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char usage[] =
    "Usage: chmod [OPTION]... MODE[,MODE]... FILE...\nChange the permissions of each FILE.\n"
    "  -c  report changes    -f  no messages    -R  trees    -v  report all\n"
    "  --reference=FILE  the mode of FILE\n";

static struct {
    bool changes, verbose;
    const char *text;
    mode_t mask;
    mode_t reference;
} opt;

static void report(const char *path, mode_t old, mode_t mode)
{
    char a[11];
    char b[11];
    if (!opt.verbose && (!opt.changes || old == mode))
        return;
    mode_text(old, a);
    mode_text(mode, b);
    if (old == mode)
        printf("mode of '%s' retained as %04o (%s)\n", path, old, a + 1);
    else
        printf("mode of '%s' changed from %04o (%s) to %04o (%s)\n", path, old, a + 1, mode, b + 1);
}

static bool change(const char *path, const struct stat *st)
{
    mode_t mode = opt.reference;
    if (S_ISLNK(st->st_mode))
        return true;
    if (opt.text)
        mode_apply(opt.text, st->st_mode, S_ISDIR(st->st_mode), opt.mask, &mode);
    if (chmod(path, mode) < 0)
        return false;
    report(path, st->st_mode & 07777, mode);
    return true;
}

/* -x, -rwx and the like are modes, not options: "--" is put before the first of them. */
static bool is_mode(const char *word)
{
    return word[0] == '-' && word[1] && word[1 + strspn(word + 1, "rwxXst,ugoa=+-")] == '\0' &&
           strcmp(word, "--") != 0;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"changes", OPT_NONE, 'c'},   {"silent", OPT_NONE, 'f'},  {"quiet", OPT_NONE, 'f'},
        {"recursive", OPT_NONE, 'R'}, {"verbose", OPT_NONE, 'v'}, {"reference", OPT_REQUIRED, 'r'},
        {NULL, OPT_NONE, 0}};
    prog_start(argv);
    const char *mode = NULL;
    int n = 1;
    for (int i = 1; i < argc; i++) {
        if (!mode && is_mode(argv[i]))
            mode = argv[i];
        else
            argv[n++] = argv[i];
    }
    argv[n] = NULL;
    struct opts o = {.argc = n, .argv = argv, .shorts = "cfRv", .longs = longs, .usage = usage};
    struct tree_change work = {
        .follow_operands = true, .change = change, .what = "changing permissions of"};
    bool reference = false;
    struct stat st;
    for (int c; (c = opt_next(&o)) >= 0;) {
        opt.changes |= c == 'c';
        work.quiet |= c == 'f';
        work.recursive |= c == 'R';
        opt.verbose |= c == 'v';
        if (c == 'r') {
            if (stat(o.arg, &st) < 0)
                die_errno(1, "failed to get attributes of '%s'", o.arg);
            opt.reference = st.st_mode & 07777;
            reference = true;
        }
    }
    char **names = opt_operands(&o);
    int count = opt_count(&o);
    if (!reference && !mode && count > 0) {
        mode = *names++;
        count--;
    }
    if (!reference && !mode)
        die_usage(1, "missing operand");
    if (count == 0)
        die_usage(1, "missing operand after '%s'", mode ? mode : "--reference");
    opt.text = mode;
    opt.mask = umask(0);
    umask(opt.mask);
    mode_t ignored;
    if (mode && !mode_apply(mode, 0, false, opt.mask, &ignored))
        die_usage(1, "invalid mode: '%s'", mode);
    tree_change(&work, names, count);
    return finish(work.failed ? 1 : 0);
}
