/* less: shows texts on the screen, forwards and backwards; in a pipe it is cat. */
#include "common/error.h"
#include "common/options.h"
#include "common/pager/pager.h"
#include "common/size.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: less [OPTION]... [FILE]...\nShow FILEs on the screen; h lists the keys.\n"
    "  -e  end when the end is seen    -E  the same at once   -F  only print what fits\n"
    "  -i  ignore case, but with capitals in the pattern      -I  always    -M, -m  say where\n"
    "  -N  number lines    -n  do not    -p TEXT  start there    -R  colours work    -r  so do "
    "all\n"
    "  -s  squeeze blank lines    -S  cut long lines    -x N  tabs    -X  no screen of its own\n"
    "  +KEYS  typed first: +G, +F, +/TEXT, +100\n$LESS holds options, too.\n";

static struct pager_options opt = {.style = {.tab = 8}};
static char *keys;
static char *environment; /* a copy of $LESS, which options point into */

static void type(const char *text, const char *more, const char *end)
{
    size_t size = (keys ? strlen(keys) : 0) + strlen(text) + strlen(more) + strlen(end) + 1;
    char *all = malloc(size);
    if (!all)
        die(1, "memory exhausted");
    snprintf(all, size, "%s%s%s%s", keys ? keys : "", text, more, end);
    free(keys);
    keys = all;
}

static void take_option(int c, const char *arg)
{
    uint64_t n;
    switch (c) {
    case 'e':
        opt.at_end = true;
        break;
    case 'E':
        opt.at_once = true;
        break;
    case 'F':
        opt.one_page = true;
        break;
    case 'i':
        opt.how = CASE_SMART;
        break;
    case 'I':
        opt.how = CASE_NEVER;
        break;
    case 'M':
    case 'm':
        opt.percent = true;
        break;
    case 'N':
    case 'n':
        opt.numbers = c == 'N';
        break;
    case 'p':
        type("/", arg, "\n");
        break;
    case 'R':
        opt.style.raw = true;
        break;
    case 'r':
        opt.style.all_raw = true;
        break;
    case 's':
        opt.squeeze = true;
        break;
    case 'S':
        opt.style.chop = true;
        break;
    case 'x':
        if (!number_parse(arg, &n) || n == 0 || n > 1000)
            die(1, "invalid number: '%s'", arg);
        opt.style.tab = n;
        break;
    case 'X':
        opt.plain = true;
        break;
    default: /* -f, -K, -q, -u and the like make no difference here */
        break;
    }
}

static void take_options(struct opts *o)
{
    static const struct opt_long longs[] = {{"quit-at-eof", OPT_NONE, 'e'},
                                            {"QUIT-AT-EOF", OPT_NONE, 'E'},
                                            {"quit-if-one-screen", OPT_NONE, 'F'},
                                            {"ignore-case", OPT_NONE, 'i'},
                                            {"IGNORE-CASE", OPT_NONE, 'I'},
                                            {"long-prompt", OPT_NONE, 'm'},
                                            {"LONG-PROMPT", OPT_NONE, 'M'},
                                            {"LINE-NUMBERS", OPT_NONE, 'N'},
                                            {"line-numbers", OPT_NONE, 'n'},
                                            {"pattern", OPT_REQUIRED, 'p'},
                                            {"RAW-CONTROL-CHARS", OPT_NONE, 'R'},
                                            {"raw-control-chars", OPT_NONE, 'r'},
                                            {"squeeze-blank-lines", OPT_NONE, 's'},
                                            {"chop-long-lines", OPT_NONE, 'S'},
                                            {"tabs", OPT_REQUIRED, 'x'},
                                            {"no-init", OPT_NONE, 'X'},
                                            {NULL, OPT_NONE, 0}};
    o->shorts = "cCeEfFiIKmMnNp:qQrRsSuUx:XwW";
    o->longs = longs;
    o->usage = usage;
    for (int c; (c = opt_next(o)) >= 0;)
        take_option(c, o->arg);
}

/* $LESS is options, with or without a dash. */
static void take_environment(void)
{
    const char *value = getenv("LESS");
    char *words[64] = {"less"};
    int count = 1;
    if (!value || !*value)
        return;
    size_t size = strlen(value) + 2;
    environment = malloc(size);
    if (!environment)
        die(1, "memory exhausted");
    snprintf(environment, size, "%s%s", *value == '-' ? "" : "-", value);
    for (char *w = strtok(environment, " "); w && count < 63; w = strtok(NULL, " "))
        words[count++] = w;
    struct opts o = {.argc = count, .argv = words};
    take_options(&o);
}

/* Takes +KEYS out of argv; how many words are left. */
static int take_keys(int argc, char **argv)
{
    int kept = argc > 0;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (word[0] != '+' || !word[1])
            argv[kept++] = argv[i];
        else if (word[1] == '/' || word[1] == '?')
            type(word + 1, "", "\n");
        else
            type(word + 1, isdigit((unsigned char)word[strlen(word) - 1]) ? "g" : "", "");
    }
    return kept;
}

int main(int argc, char **argv)
{
    prog_start(argv);
    take_environment();
    struct opts o = {.argc = take_keys(argc, argv), .argv = argv};
    take_options(&o);
    opt.keys = keys;
    return pager_main(&opt, opt_operands(&o), opt_count(&o));
}
