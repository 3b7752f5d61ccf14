/*
 * ls: lists directories. One pass reads the names and, where the options need it, one stat each;
 * the entries are sorted and printed as a long list, one a line, or in columns (the default on a
 * terminal).
 */
#include "common/columns.h"
#include "common/error.h"
#include "common/ids.h"
#include "common/io.h"
#include "common/globs.h"
#include "common/mode.h"
#include "common/options.h"
#include "common/path.h"
#include "common/size.h"
#include "common/times.h"
#include "common/version.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
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

enum format { COLUMNS, ACROSS, ONE, LONG, COMMAS };
enum order { BY_NAME, BY_SIZE, BY_TIME, BY_EXTENSION, BY_VERSION, UNSORTED };

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

static struct {
    enum format format;
    enum order order;
    bool all, almost_all, directory, classify, slash, human, inode, numeric, blocks, follow;
    bool reverse, recursive, no_owner, no_group, color, group_dirs, full_time;
    bool no_star;                 /* of -F's marks */
    char time;                    /* 'm', 'a' or 'c' */
    struct globs ignored, hidden; /* the latter only without -a and -A */
} opt = {.time = 'm'};

static int status;
static bool printed_any;

struct entry {
    char *name;
    char *link; /* where a symbolic link points, or null */
    struct stat st;
    bool has_stat;
    bool broken;
    char unknown_type; /* without has_stat: what the listing shows for the type */
    mode_t target_mode;
};

struct list {
    struct entry *items;
    size_t count;
    size_t cap;
};

static struct timespec entry_time(const struct stat *st)
{
    return opt.time == 'a' ? st->st_atim : opt.time == 'c' ? st->st_ctim : st->st_mtim;
}

static int compare_time(const struct entry *a, const struct entry *b)
{
    struct timespec x = entry_time(&a->st);
    struct timespec y = entry_time(&b->st);
    if (x.tv_sec != y.tv_sec)
        return x.tv_sec > y.tv_sec ? -1 : 1;
    if (x.tv_nsec != y.tv_nsec)
        return x.tv_nsec > y.tv_nsec ? -1 : 1;
    return 0;
}

static int compare(const void *pa, const void *pb)
{
    const struct entry *a = pa;
    const struct entry *b = pb;
    int c = 0;
    if (opt.group_dirs) {
        bool ad = S_ISDIR(a->st.st_mode) || S_ISDIR(a->target_mode);
        bool bd = S_ISDIR(b->st.st_mode) || S_ISDIR(b->target_mode);
        if (ad != bd)
            return ad ? -1 : 1;
    }
    if (opt.order == BY_SIZE && a->st.st_size != b->st.st_size)
        c = a->st.st_size > b->st.st_size ? -1 : 1;
    else if (opt.order == BY_TIME)
        c = compare_time(a, b);
    else if (opt.order == BY_VERSION)
        c = version_compare(a->name, strlen(a->name), b->name, strlen(b->name));
    else if (opt.order == BY_EXTENSION) {
        const char *x = strrchr(a->name, '.');
        const char *y = strrchr(b->name, '.');
        c = strcmp(x ? x : "", y ? y : "");
    }
    if (c == 0)
        c = strcmp(a->name, b->name);
    return opt.reverse ? -c : c;
}

static void sort(struct list *l)
{
    if (opt.order != UNSORTED && l->count)
        qsort(l->items, l->count, sizeof *l->items, compare);
}

static void list_free(struct list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->items[i].name);
        free(l->items[i].link);
    }
    free(l->items);
}

static char *read_link(const char *path)
{
    char buf[4096];
    ssize_t n = readlink(path, buf, sizeof buf - 1);
    if (n < 0)
        return NULL;
    buf[n] = '\0';
    return xstrdup(buf);
}

static bool needs_stat(void)
{
    return opt.format == LONG || opt.order == BY_SIZE || opt.order == BY_TIME || opt.inode ||
           opt.blocks || opt.classify || opt.slash || opt.color || opt.recursive || opt.group_dirs;
}

/* Adds one name; `path` is where to look it up. False when it is not there. */
static bool add(struct list *l, const char *name, const char *path, bool operand)
{
    struct entry e = {0};
    if (operand || needs_stat()) {
        bool follow =
            opt.follow || (operand && opt.format != LONG && !opt.directory && !opt.classify);
        int r = follow ? stat(path, &e.st) : lstat(path, &e.st);
        if (r < 0 && follow && (operand || !opt.follow))
            r = lstat(path, &e.st);
        if (r < 0) {
            warn_errno("cannot access '%s'", path);
            if (operand || status == 0)
                status = operand ? 2 : 1;
            if (operand)
                return false;
        }
        e.has_stat = r == 0;
        e.unknown_type = r < 0 && lstat(path, &e.st) == 0 && S_ISLNK(e.st.st_mode) ? 'l' : '?';
        if (r < 0)
            memset(&e.st, 0, sizeof e.st);
        if (r == 0 && S_ISLNK(e.st.st_mode)) {
            struct stat target;
            e.broken = stat(path, &target) < 0;
            e.target_mode = e.broken ? 0 : target.st_mode;
            e.link = opt.format == LONG ? read_link(path) : NULL;
        }
    }
    e.name = xstrdup(name);
    l->items = xgrow(l->items, &l->cap, l->count + 1, sizeof *l->items);
    l->items[l->count++] = e;
    return true;
}

static const char *color_of(mode_t mode, bool broken)
{
    if (broken)
        return "1;31";
    if (S_ISDIR(mode))
        return "1;34";
    if (S_ISLNK(mode))
        return "1;36";
    if (S_ISFIFO(mode))
        return "33";
    if (S_ISSOCK(mode))
        return "1;35";
    if (S_ISCHR(mode) || S_ISBLK(mode))
        return "1;33";
    return mode & 0111 ? "1;32" : NULL;
}

static char suffix_of(mode_t mode)
{
    if (S_ISDIR(mode))
        return '/';
    if (!opt.classify)
        return '\0';
    if (S_ISLNK(mode))
        return '@';
    if (S_ISFIFO(mode))
        return '|';
    if (S_ISSOCK(mode))
        return '=';
    return S_ISREG(mode) && (mode & 0111) && !opt.no_star ? '*' : '\0';
}

static void put_name(struct bytes *out, const char *name, mode_t mode, bool broken, bool known)
{
    const char *color = opt.color && known ? color_of(mode, broken) : NULL;
    if (color) {
        bytes_add(out, "\033[", 2);
        bytes_add(out, color, strlen(color));
        bytes_put(out, 'm');
    }
    for (const char *p = name; *p; p++) {
        /* Control characters would act on the terminal. */
        bool unsafe = (unsigned char)*p < 32 || *p == 127;
        bytes_put(out, unsafe && isatty(STDOUT_FILENO) ? '?' : *p);
    }
    if (color)
        bytes_add(out, "\033[0m", 4);
}

/* Inode, blocks, name and suffix, as short formats show an entry. */
static void put_short(struct bytes *out, const struct entry *e, int inode_width, int block_width)
{
    char text[64];
    if (opt.inode) {
        int n =
            snprintf(text, sizeof text, "%*llu ", inode_width, (unsigned long long)e->st.st_ino);
        bytes_add(out, text, (size_t)n);
    }
    if (opt.blocks) {
        char size[SIZE_TEXT_MAX];
        if (opt.human)
            size_human((uint64_t)e->st.st_blocks * 512, 1024, size);
        else
            snprintf(size, sizeof size, "%llu", (unsigned long long)(e->st.st_blocks + 1) / 2);
        int n = snprintf(text, sizeof text, "%*s ", block_width, size);
        bytes_add(out, text, (size_t)n);
    }
    put_name(out, e->name, e->st.st_mode, e->broken, e->has_stat);
    char suffix =
        (opt.classify || opt.slash) && e->has_stat && !e->link ? suffix_of(e->st.st_mode) : '\0';
    if (suffix)
        bytes_put(out, suffix);
}

static int width_max(int a, int b)
{
    return a > b ? a : b;
}

static int digits(unsigned long long v)
{
    int n = 1;
    while (v >= 10) {
        v /= 10;
        n++;
    }
    return n;
}

struct widths {
    int inode, blocks, links, owner, group, size, major, minor;
};

static void size_column(const struct stat *st, char out[SIZE_TEXT_MAX])
{
    if (opt.human)
        size_human((uint64_t)st->st_size, 1024, out);
    else
        snprintf(out, SIZE_TEXT_MAX, "%lld", (long long)st->st_size);
}

static void owner_text(const struct stat *st, char *owner, char *group, size_t size)
{
    if (opt.numeric) {
        snprintf(owner, size, "%lu", (unsigned long)st->st_uid);
        snprintf(group, size, "%lu", (unsigned long)st->st_gid);
        return;
    }
    snprintf(owner, size, "%s", user_name(st->st_uid));
    snprintf(group, size, "%s", group_name(st->st_gid));
}

/* Widens the columns for what is in the list. */
static struct widths measure(const struct list *l, struct widths w)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct stat *st = &l->items[i].st;
        char size[SIZE_TEXT_MAX] = "";
        char owner[64];
        char group[64];
        w.inode = width_max(w.inode, digits(st->st_ino));
        if (opt.human)
            size_human((uint64_t)st->st_blocks * 512, 1024, size);
        w.blocks = width_max(w.blocks, opt.human ? (int)strlen(size)
                                                 : digits((uint64_t)(st->st_blocks + 1) / 2));
        if (opt.format != LONG)
            continue;
        w.links = width_max(w.links, digits(st->st_nlink));
        owner_text(st, owner, group, sizeof owner);
        w.owner = width_max(w.owner, (int)strlen(owner));
        w.group = width_max(w.group, (int)strlen(group));
        if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) {
            w.major = width_max(w.major, digits(major(st->st_rdev)));
            w.minor = width_max(w.minor, digits(minor(st->st_rdev)));
        } else {
            size_column(st, size);
            w.size = width_max(w.size, (int)strlen(size));
        }
    }
    if (w.major)
        w.size = width_max(w.size, w.major + 2 + w.minor);
    return w;
}

static void put_time(const struct stat *st)
{
    char text[64];
    struct timespec t = entry_time(st);
    if (opt.full_time) {
        struct tm tm;
        char zone[16];
        localtime_r(&t.tv_sec, &tm);
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
        strftime(zone, sizeof zone, "%z", &tm);
        printf(" %s.%09ld %s", text, t.tv_nsec, zone);
        return;
    }
    time_listing(t.tv_sec, time(NULL), text, sizeof text);
    printf(" %s", text);
}

/* A name of which nothing else could be found out. */
static void print_unknown(const struct entry *e, const struct widths *w)
{
    printf("%c????????? %*s", e->unknown_type, w->links, "?");
    if (!opt.no_owner)
        printf(" %-*s", w->owner, "?");
    if (!opt.no_group)
        printf(" %-*s", w->group, "?");
    printf(" %*s %*s %s\n", w->size, "?", opt.full_time ? 35 : 12, "?", e->name);
}

static void print_long(const struct entry *e, const struct widths *w)
{
    const struct stat *st = &e->st;
    char mode[11];
    char owner[64];
    char group[64];
    char size[SIZE_TEXT_MAX];
    if (!e->has_stat) {
        print_unknown(e, w);
        return;
    }
    if (opt.inode)
        printf("%*llu ", w->inode, (unsigned long long)st->st_ino);
    if (opt.blocks)
        printf("%*llu ", w->blocks, (unsigned long long)(st->st_blocks + 1) / 2);
    mode_text(st->st_mode, mode);
    owner_text(st, owner, group, sizeof owner);
    printf("%s %*lu", mode, w->links, (unsigned long)st->st_nlink);
    if (!opt.no_owner)
        printf(opt.numeric ? " %*s" : " %-*s", w->owner, owner);
    if (!opt.no_group)
        printf(opt.numeric ? " %*s" : " %-*s", w->group, group);
    if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) {
        printf(" %*u, %*u", width_max(w->major, w->size - w->minor - 2), major(st->st_rdev),
               w->minor, minor(st->st_rdev));
    } else {
        size_column(st, size);
        printf(" %*s", w->size, size);
    }
    put_time(st);
    struct bytes out = {0};
    bytes_put(&out, ' ');
    put_name(&out, e->name, st->st_mode, e->broken, true);
    mode_t last = st->st_mode;
    if (e->link) {
        bytes_add(&out, " -> ", 4);
        put_name(&out, e->link, e->target_mode, e->broken, true);
        last = e->target_mode;
    }
    if ((opt.classify || opt.slash) && suffix_of(last))
        bytes_put(&out, suffix_of(last));
    bytes_put(&out, '\n');
    fwrite(out.data, 1, out.len, stdout);
    free(out.data);
}

static void print_cells(const struct list *l, const struct widths *w)
{
    struct cell *cells = xmalloc(l->count * sizeof *cells);
    size_t line = 0;
    for (size_t i = 0; i < l->count; i++) {
        struct bytes out = {0};
        put_short(&out, &l->items[i], w->inode, w->blocks);
        size_t extra = out.len - strlen(l->items[i].name);
        bytes_put(&out, '\0');
        cells[i].text = out.data;
        cells[i].width = text_width(l->items[i].name) + extra;
        if (opt.color && strchr(out.data, '\033'))
            cells[i].width -= strcspn(strchr(out.data, '\033'), "m") + 1 + 4;
    }
    size_t width = terminal_width();
    if (opt.format == COLUMNS || opt.format == ACROSS)
        print_columns(cells, l->count, width, opt.format == ACROSS);
    for (size_t i = 0; i < l->count; i++) {
        if (opt.format == ONE)
            puts(cells[i].text);
        if (opt.format == COMMAS) {
            bool last = i + 1 == l->count;
            size_t need = cells[i].width + (last ? 0 : 2);
            if (line > 0 && line + need > width) {
                putchar('\n');
                line = 0;
            }
            bool breaks = !last && line + need + cells[i + 1].width + 2 > width;
            printf("%s%s", cells[i].text, last ? "\n" : breaks ? "," : ", ");
            line += need;
        }
        free((void *)cells[i].text);
    }
    free(cells);
}

static void print_list(const struct list *l, bool total, struct widths least)
{
    struct widths w = measure(l, least);
    if (total && (opt.format == LONG || opt.blocks)) {
        unsigned long long blocks = 0;
        for (size_t i = 0; i < l->count; i++)
            blocks += (unsigned long long)l->items[i].st.st_blocks;
        char text[SIZE_TEXT_MAX];
        if (opt.human)
            size_human(blocks * 512, 1024, text);
        else
            snprintf(text, sizeof text, "%llu", (blocks + 1) / 2);
        printf("total %s\n", text);
    }
    if (opt.format == LONG) {
        for (size_t i = 0; i < l->count; i++)
            print_long(&l->items[i], &w);
    } else {
        print_cells(l, &w);
    }
}

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
    bool shows_hidden = opt.all || opt.almost_all;
    return globs_match(&opt.ignored, name) || (!shows_hidden && globs_match(&opt.hidden, name));
}

static void list_directory(const char *path, bool header, bool operand)
{
    DIR *d = opendir(path);
    if (!d) {
        warn_errno("cannot open directory '%s'", path);
        status = operand ? 2 : status ? status : 1;
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
        if (e->d_name[0] == '.' && !opt.all && (!opt.almost_all || path_is_dot(e->d_name)))
            continue;
        char *full = path_join(path, e->d_name);
        add(&l, e->d_name, full, false);
        free(full);
    }
    if (errno) {
        warn_errno("reading directory '%s'", path);
        status = 1;
    }
    closedir(d);
    sort(&l);
    print_list(&l, true, (struct widths){0});
    if (opt.recursive)
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
            opt.order = orders[i].order;
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
    {'a', &opt.all},      {'A', &opt.almost_all}, {'d', &opt.directory}, {'f', &opt.all},
    {'F', &opt.classify}, {'g', &opt.no_owner},   {'G', &opt.no_group},  {'h', &opt.human},
    {'i', &opt.inode},    {'L', &opt.follow},     {'n', &opt.numeric},   {'o', &opt.no_group},
    {'p', &opt.slash},    {'r', &opt.reverse},    {'R', &opt.recursive}, {'s', &opt.blocks},
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
            opt.order = orders_by_letter[i].order;
    }
    if (c == 'c' || c == 'u')
        opt.time = c == 'c' ? 'c' : 'a';
    else if (c == 'f')
        opt.color = false;
    else if (strchr("lgno", c))
        opt.format = LONG;
    else if (c == 'C')
        opt.format = COLUMNS;
    else if (c == 'x')
        opt.format = ACROSS;
    else if (c == 'm')
        opt.format = COMMAS;
    else if (c == '1' && opt.format != LONG)
        opt.format = ONE;
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
        globs_add(c == OPT_HIDE ? &opt.hidden : &opt.ignored, c == 'B' ? "*~" : arg);
    else if (c == OPT_FILE_TYPE)
        opt.classify = opt.no_star = true;
    else if (c == OPT_COLOR)
        opt.color = !arg || strcmp(arg, "always") == 0 || (strcmp(arg, "auto") == 0 && tty);
    else if (c == OPT_GROUP)
        opt.group_dirs = true;
    else if (c == OPT_FULL_TIME) {
        opt.format = LONG;
        opt.full_time = true;
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
        if (!add(&one, names[i], names[i], true))
            continue;
        bool dir = S_ISDIR(one.items[0].st.st_mode) && !opt.directory;
        if (opt.format == LONG && S_ISLNK(one.items[0].st.st_mode) && opt.follow)
            dir = S_ISDIR(one.items[0].target_mode) && !opt.directory;
        struct list *to = dir ? &dirs : &files;
        to->items = xgrow(to->items, &to->cap, to->count + 1, sizeof *to->items);
        to->items[to->count++] = one.items[0];
        free(one.items);
    }
    sort(&files);
    sort(&dirs);
    if (files.count) {
        /* Directories are listed later, but take part in the layout. */
        print_list(&files, false, measure(&dirs, (struct widths){0}));
        printed_any = true;
    }
    for (size_t i = 0; i < dirs.count; i++)
        list_directory(dirs.items[i].name, count > 1 || opt.recursive, true);
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
    opt.format = tty ? COLUMNS : ONE;
    opt.color = tty && !getenv("NO_COLOR");
    bool time_given = false;
    for (int c; (c = opt_next(&o)) >= 0;) {
        take_option(c, o.arg, tty);
        time_given |= c == 'c' || c == 'u' || c == OPT_TIME;
    }
    /* -c and -u alone sort by that time, unless a long list merely shows it. */
    if (time_given && opt.order == BY_NAME && opt.format != LONG)
        opt.order = BY_TIME;
    if (opt_count(&o) == 0 && !opt.directory)
        list_directory(".", opt.recursive, true);
    else if (opt_count(&o) == 0)
        list_operands((char *[]){"."}, 1);
    else
        list_operands(opt_operands(&o), opt_count(&o));
    return finish(status);
}
