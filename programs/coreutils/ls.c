/*
 * ls: lists directories. One pass reads the names and, where the options need it, one stat each;
 * the entries are sorted and printed as a long list, one a line, or in columns (the default on a
 * terminal).
 */
#include "common/error.h"
#include "common/io.h"
#include "common/listing/listing.h"
#include "common/options.h"
#include "common/path.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "Usage: ls [OPTION]... [FILE]...\nList FILEs, by default the current directory.\n"
    "  -a  names with a dot, too       -A  the same without . and ..\n"
    "  -c  use the time of change      -C  columns    -d  directories themselves\n"
    "  -f  unsorted, all               -F  append one of */=@|   -p  append / to directories\n"
    "  -g  -l without owner            -G, -o  -l without group\n"
    "  -h  sizes like 1.5K             -i  inode numbers    -k  blocks of 1024\n"
    "  -l  long list                   -L  follow links     -n  -l with numbers for owners\n"
    "  -m  a line with commas          -r  reverse          -R  trees\n"
    "  -s  blocks used                 -S  sort by size     -t  sort by time\n"
    "  -u  use the time of access      -U  unsorted         -v  natural sort\n"
    "  -x  columns, across             -X  sort by extension   -1  one a line\n"
    "  -I GLOB  not these              -B  not NAME~        --hide=GLOB  as -I, without -a\n"
    "  --color[=WHEN]  always, auto, never    --group-directories-first    --full-time\n"
    "  --file-type  -F without *    --format=WORD, --sort=WORD, --time=WORD\n";

enum {
    OPT_COLOR = 256,
    OPT_GROUP,
    OPT_FULL_TIME,
    OPT_SORT,
    OPT_HIDE,
    OPT_FILE_TYPE,
    OPT_FORMAT,
    OPT_TIME
};

static bool printed_any;

static void list_directory(const char *path, bool header, bool operand);

static void list_below(const struct list *l, const char *path)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct entry *e = &l->items[i];
        if (!S_ISDIR(e->st.st_mode) || path_is_dot(e->name))
            continue;
        char *child = path_join(path, e->name);
        list_directory(child, true, false);
        free(child);
    }
}

/* By -I, -B and --hide. */
static bool left_out(const char *name)
{
    bool shows_hidden = listing.all || listing.almost_all;
    return globs_match(&listing.ignored, name) ||
           (!shows_hidden && globs_match(&listing.hidden, name));
}

static void list_directory(const char *path, bool header, bool operand)
{
    DIR *d = opendir(path);
    if (!d) {
        warn_errno("cannot open directory '%s'", path);
        listing.status = operand ? 2 : listing.status ? listing.status : 1;
        return;
    }
    if (header)
        printf("%s%s:\n", printed_any ? "\n" : "", path);
    printed_any = true;
    struct list l = {0};
    for (;;) {
        errno = 0;
        struct dirent *e = readdir(d);
        if (!e)
            break;
        if (left_out(e->d_name))
            continue;
        if (e->d_name[0] == '.' && !listing.all && (!listing.almost_all || path_is_dot(e->d_name)))
            continue;
        char *full = path_join(path, e->d_name);
        list_add(&l, e->d_name, full, false);
        free(full);
    }
    if (errno) {
        warn_errno("reading directory '%s'", path);
        listing.status = 1;
    }
    closedir(d);
    list_sort(&l);
    list_print(&l, true, (struct widths){0});
    if (listing.recursive)
        list_below(&l, path);
    list_free(&l);
}

static void set_sort(const char *word)
{
    static const struct {
        const char *word;
        enum order order;
    } orders[] = {{"none", UNSORTED},          {"size", BY_SIZE},       {"time", BY_TIME},
                  {"extension", BY_EXTENSION}, {"version", BY_VERSION}, {"name", BY_NAME}};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        if (strcmp(word, orders[i].word) == 0) {
            listing.order = orders[i].order;
            return;
        }
    }
    die_usage(2, "invalid argument '%s' for '--sort'", word);
}

/* The options that only switch something on. */
static const struct {
    char letter;
    bool *flag;
} switches[] = {
    {'a', &listing.all},      {'A', &listing.almost_all}, {'d', &listing.directory},
    {'f', &listing.all},      {'F', &listing.classify},   {'g', &listing.no_owner},
    {'G', &listing.no_group}, {'h', &listing.human},      {'i', &listing.inode},
    {'L', &listing.follow},   {'n', &listing.numeric},    {'o', &listing.no_group},
    {'p', &listing.slash},    {'r', &listing.reverse},    {'R', &listing.recursive},
    {'s', &listing.blocks},
};

static const struct {
    char letter;
    enum order order;
} orders_by_letter[] = {{'f', UNSORTED}, {'S', BY_SIZE},    {'t', BY_TIME},
                        {'U', UNSORTED}, {'v', BY_VERSION}, {'X', BY_EXTENSION}};

static void take_short(int c)
{
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        if (c == switches[i].letter)
            *switches[i].flag = true;
    }
    for (size_t i = 0; i < sizeof orders_by_letter / sizeof *orders_by_letter; i++) {
        if (c == orders_by_letter[i].letter)
            listing.order = orders_by_letter[i].order;
    }
    if (c == 'c' || c == 'u')
        listing.time = c == 'c' ? 'c' : 'a';
    else if (c == 'f')
        listing.color = false;
    else if (strchr("lgno", c))
        listing.format = LONG;
    else if (c == 'C')
        listing.format = COLUMNS;
    else if (c == 'x')
        listing.format = ACROSS;
    else if (c == 'm')
        listing.format = COMMAS;
    else if (c == '1' && listing.format != LONG)
        listing.format = ONE;
}

/* The letter of the option that a word of --format or --time stands for. */
static int letter_of(const char *option, const char *word)
{
    static const struct {
        const char *option, *word;
        char letter;
    } words[] = {{"--format", "across", 'x'},   {"--format", "horizontal", 'x'},
                 {"--format", "commas", 'm'},   {"--format", "long", 'l'},
                 {"--format", "verbose", 'l'},  {"--format", "single-column", '1'},
                 {"--format", "vertical", 'C'}, {"--time", "atime", 'u'},
                 {"--time", "access", 'u'},     {"--time", "use", 'u'},
                 {"--time", "ctime", 'c'},      {"--time", "status", 'c'}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(option, words[i].option) == 0 && strcmp(word, words[i].word) == 0)
            return words[i].letter;
    }
    die_usage(1, "invalid argument '%s' for '%s'", word, option);
}

static void take_option(int c, const char *arg, bool tty)
{
    if (c == OPT_FORMAT || c == OPT_TIME)
        c = letter_of(c == OPT_FORMAT ? "--format" : "--time", arg);
    if (c == 'I' || c == 'B' || c == OPT_HIDE)
        globs_add(c == OPT_HIDE ? &listing.hidden : &listing.ignored, c == 'B' ? "*~" : arg);
    else if (c == OPT_FILE_TYPE)
        listing.classify = listing.no_star = true;
    else if (c == OPT_COLOR)
        listing.color = !arg || strcmp(arg, "always") == 0 || (strcmp(arg, "auto") == 0 && tty);
    else if (c == OPT_GROUP)
        listing.group_dirs = true;
    else if (c == OPT_FULL_TIME) {
        listing.format = LONG;
        listing.full_time = true;
    } else if (c == OPT_SORT)
        set_sort(arg);
    else
        take_short(c);
}

static void list_operands(char **names, int count)
{
    struct list files = {0};
    struct list dirs = {0};
    for (int i = 0; i < count; i++) {
        struct list one = {0};
        if (!list_add(&one, names[i], names[i], true))
            continue;
        bool dir = S_ISDIR(one.items[0].st.st_mode) && !listing.directory;
        if (listing.format == LONG && S_ISLNK(one.items[0].st.st_mode) && listing.follow)
            dir = S_ISDIR(one.items[0].target_mode) && !listing.directory;
        struct list *to = dir ? &dirs : &files;
        to->items = xgrow(to->items, &to->cap, to->count + 1, sizeof *to->items);
        to->items[to->count++] = one.items[0];
        free(one.items);
    }
    list_sort(&files);
    list_sort(&dirs);
    if (files.count) {
        /* Directories are listed later, but take part in the layout. */
        list_print(&files, false, list_measure(&dirs, (struct widths){0}));
        printed_any = true;
    }
    for (size_t i = 0; i < dirs.count; i++)
        list_directory(dirs.items[i].name, count > 1 || listing.recursive, true);
    list_free(&files);
    list_free(&dirs);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"all", OPT_NONE, 'a'},
                                            {"almost-all", OPT_NONE, 'A'},
                                            {"directory", OPT_NONE, 'd'},
                                            {"classify", OPT_OPTIONAL, 'F'},
                                            {"no-group", OPT_NONE, 'G'},
                                            {"human-readable", OPT_NONE, 'h'},
                                            {"inode", OPT_NONE, 'i'},
                                            {"dereference", OPT_NONE, 'L'},
                                            {"numeric-uid-gid", OPT_NONE, 'n'},
                                            {"reverse", OPT_NONE, 'r'},
                                            {"recursive", OPT_NONE, 'R'},
                                            {"size", OPT_NONE, 's'},
                                            {"sort", OPT_REQUIRED, OPT_SORT},
                                            {"color", OPT_OPTIONAL, OPT_COLOR},
                                            {"group-directories-first", OPT_NONE, OPT_GROUP},
                                            {"full-time", OPT_NONE, OPT_FULL_TIME},
                                            {"ignore", OPT_REQUIRED, 'I'},
                                            {"ignore-backups", OPT_NONE, 'B'},
                                            {"hide", OPT_REQUIRED, OPT_HIDE},
                                            {"file-type", OPT_NONE, OPT_FILE_TYPE},
                                            {"format", OPT_REQUIRED, OPT_FORMAT},
                                            {"time", OPT_REQUIRED, OPT_TIME},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "aABcCdfFgGhiI:klLmnNopqrRsStuUvxX1",
                     .longs = longs,
                     .usage = usage,
                     .fail = 2};
    bool tty = isatty(STDOUT_FILENO);
    prog_start(argv);
    listing.format = tty ? COLUMNS : ONE;
    listing.color = tty && !getenv("NO_COLOR");
    bool time_given = false;
    for (int c; (c = opt_next(&o)) >= 0;) {
        take_option(c, o.arg, tty);
        time_given |= c == 'c' || c == 'u' || c == OPT_TIME;
    }
    /* -c and -u alone sort by that time, unless a long list merely shows it. */
    if (time_given && listing.order == BY_NAME && listing.format != LONG)
        listing.order = BY_TIME;
    if (opt_count(&o) == 0 && !listing.directory)
        list_directory(".", listing.recursive, true);
    else if (opt_count(&o) == 0)
        list_operands((char *[]){"."}, 1);
    else
        list_operands(opt_operands(&o), opt_count(&o));
    return finish(listing.status);
}
